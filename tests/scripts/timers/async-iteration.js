// description: an async default function is awaited
// metric: iteration_duration.min >= 60
// metric: iterations.count == 2
// args: --iterations 2
export default async function () {
  for (let i = 0; i < 3; i++) await new Promise((done) => setTimeout(done, 20));
}
