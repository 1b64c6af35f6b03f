package proofload.shop.recommendations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** So many requests at a time, with a bounded queue before them. Any thread. */
final class Workers implements AutoCloseable {
  private static final int COUNT = 8;
  private static final int QUEUE_MAX = 64;

  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          COUNT, COUNT, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE_MAX), Workers::thread);

  Workers(MeterRegistry registry) {
    new ExecutorServiceMetrics(pool, "workers", Tags.empty()).bindTo(registry);
  }

  private static Thread thread(Runnable work) {
    return new Thread(work, "worker");
  }

  int count() {
    return pool.getMaximumPoolSize();
  }

  void resize(int count) {
    int wanted = Math.max(1, count);
    // The core may never be above the maximum.
    if (wanted > pool.getMaximumPoolSize()) pool.setMaximumPoolSize(wanted);
    pool.setCorePoolSize(wanted);
    pool.setMaximumPoolSize(wanted);
  }

  /** RejectedExecutionException when the queue is full. */
  void execute(Runnable work) {
    pool.execute(work);
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
