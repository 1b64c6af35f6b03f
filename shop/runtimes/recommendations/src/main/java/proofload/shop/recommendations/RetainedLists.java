package proofload.shop.recommendations;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * Lists of products held in the heap as those of the busiest shoppers would be: a live set of a
 * size that the operator chooses, of which each request renews a part. Any thread.
 */
final class RetainedLists {
  /** Measured: a list of ten products with names of their own. */
  private static final int LIST_BYTES = 1100;

  private static final int ITEMS = 10;

  private final AtomicInteger next = new AtomicInteger();
  private volatile AtomicReferenceArray<List<Item>> lists = new AtomicReferenceArray<>(0);

  void resize(int megabytes) {
    lists = new AtomicReferenceArray<>(0); // the old ones need not fit beside the new
    int count = (int) ((long) megabytes * (1 << 20) / LIST_BYTES);
    var wanted = new AtomicReferenceArray<List<Item>>(count);
    for (int i = 0; i < wanted.length(); ++i) wanted.set(i, make(i));
    lists = wanted;
  }

  /** A hundredth of them is made anew. */
  void renew() {
    var current = lists;
    for (int i = 0; i < current.length() / 100; ++i) {
      int at = Math.floorMod(next.getAndIncrement(), current.length());
      current.set(at, make(at));
    }
  }

  private static List<Item> make(int number) {
    return IntStream.range(0, ITEMS)
        .mapToObj(i -> new Item(number + i, "product " + (number + i), i))
        .toList();
  }
}
