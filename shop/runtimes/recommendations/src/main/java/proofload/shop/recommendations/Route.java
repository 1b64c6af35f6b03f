package proofload.shop.recommendations;

import java.util.regex.Pattern;

/** "GET /recommendations/:product" and who answers it. */
record Route(String method, String template, Pattern pattern, Handler handler) {
  interface Handler {
    Reply answer(Call call);
  }

  static Route parse(String route, Handler handler) {
    String[] words = route.split(" ", 2);
    Pattern pattern = Pattern.compile(words[1].replaceAll(":(\\w+)", "(?<$1>[^/]*)"));
    return new Route(words[0], words[1], pattern, handler);
  }
}
