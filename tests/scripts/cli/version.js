// description: version names the program
// command: version
// stdout matches: ^\S+ v?\d+\.\d+\.\d+
export default function () {}
