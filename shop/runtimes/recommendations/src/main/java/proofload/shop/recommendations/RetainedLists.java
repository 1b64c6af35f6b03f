package proofload.shop.recommendations;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
  private volatile List<Item>[] lists = empty(0);

  void resize(int megabytes) {
    lists = empty(0); // first, so that the old ones need not fit beside the new
    List<Item>[] wanted = empty((int) ((long) megabytes * (1 << 20) / LIST_BYTES));
    for (int i = 0; i < wanted.length; ++i) wanted[i] = make(i);
    lists = wanted;
  }

  /** A hundredth of them is made anew. */
  void renew() {
    List<Item>[] current = lists;
    for (int i = 0; i < current.length / 100; ++i) {
      int at = Math.floorMod(next.getAndIncrement(), current.length);
      current[at] = make(at);
    }
  }

  private static List<Item> make(int number) {
    return IntStream.range(0, ITEMS)
        .mapToObj(i -> new Item(number + i, "product " + (number + i), i))
        .toList();
  }

  @SuppressWarnings("unchecked") // no array of a generic type can be made otherwise
  private static List<Item>[] empty(int length) {
    return new List[length];
  }
}
