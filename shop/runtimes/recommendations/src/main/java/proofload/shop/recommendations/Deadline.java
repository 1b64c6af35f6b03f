package proofload.shop.recommendations;

import java.time.Duration;

/** How long a request may still take. */
record Deadline(long endNanos) {
  /** What the caller gives us, in whole milliseconds; never more than {@code most}. */
  static Deadline of(String header, Duration most) {
    long milliseconds = most.toMillis();
    if (header != null && header.matches("\\d{1,18}")) {
      milliseconds = Math.min(milliseconds, Long.parseLong(header));
    }
    return new Deadline(System.nanoTime() + Duration.ofMillis(milliseconds).toNanos());
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }
}
