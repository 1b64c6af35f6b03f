#include "report/plain_text.h"

#include <gtest/gtest.h>

namespace proofload::report {
namespace {

TEST(CleanText, KeepsWordsOfAllScripts) {
  EXPECT_EQ(clean_text("größe 数 🚀 ok", 100), "größe 数 🚀 ok");
}

TEST(CleanText, CutsAtCharactersAndSaysSo) {
  EXPECT_EQ(clean_text("äöü", 3), "äöü");
  EXPECT_EQ(clean_text("äöüß", 3), "äöü…");
}

TEST(CleanText, ShowsWhatWouldHideOrMoveText) {
  EXPECT_EQ(clean_text("a\xE2\x80\xAE"
                       "b",
                       10),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(clean_text(std::string_view("a\0b\x1b", 4), 10),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("one\ntwo", 10), "one two");
}

TEST(CleanText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(clean_text("a\xFF", 10), "a\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("\xC0\xAF", 10), "\xEF\xBF\xBD\xEF\xBF\xBD");  // an overlong slash
  EXPECT_EQ(clean_text("\xF0\x9F", 10), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
}

TEST(Escapes, TakeTheMeaningFromCharacters) {
  EXPECT_EQ(html_escape("<a href=\"x\" id='y'>&"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(slack_escape("<!here> & co"), "&lt;!here&gt; &amp; co");
  EXPECT_EQ(markdown_escape("[a](b) *c* <d> @team |"),
            "\\[a\\](b) \\*c\\* &lt;d&gt; &#64;team \\|");
}

}  // namespace
}  // namespace proofload::report
