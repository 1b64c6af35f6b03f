#include "k6/module_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proofload::k6 {
namespace {

using testing::HasSubstr;

class ModuleLoading : public testing::Test {
 protected:
  ModuleLoading() {
    for (const char* path : {"/project/script.js", "/project/lib/util.js", "/shared.js"}) {
      files_.provide(path, std::string("// ") + path);
    }
  }

  std::string resolved(std::string_view specifier, std::string_view referrer) {
    const auto id = modules_.resolve(specifier, referrer);
    return id ? *id : "refused: " + id.error().message();
  }

  FileReader files_;
  ScriptModules modules_{files_, "/project"};
};

constexpr std::string_view kScript = "file:///project/script.js";

TEST_F(ModuleLoading, PathsAreRelativeToTheModuleThatImports) {
  EXPECT_EQ(resolved("./lib/util.js", kScript), "file:///project/lib/util.js");
  EXPECT_EQ(resolved("../script.js", "file:///project/lib/util.js"), kScript);
  EXPECT_EQ(resolved("/shared.js", kScript), "file:///shared.js");
  EXPECT_EQ(resolved("file:///project/./lib//util.js", kScript), "file:///project/lib/util.js");
}

TEST_F(ModuleLoading, TheEntryScriptIsRelativeToTheWorkingFolderAndNeedsNoDot) {
  EXPECT_EQ(resolved("script.js", ""), kScript);
  EXPECT_EQ(resolved("lib/util.js", ""), "file:///project/lib/util.js");
}

TEST_F(ModuleLoading, AFileThatIsNotThereIsNamedAsItWasWritten) {
  EXPECT_EQ(resolved("./gone.js", kScript),
            "refused: The moduleSpecifier \"./gone.js\" couldn't be found on local disk. Make sure "
            "that you've specified the right path to the file.");
}

TEST_F(ModuleLoading, ABareNameIsNoFile) {
  EXPECT_EQ(resolved("lodash", kScript),
            "refused: The moduleSpecifier \"lodash\" couldn't be recognised as something k6 "
            "supports.");
}

TEST_F(ModuleLoading, OnlyKnownSchemesAreImported) {
  EXPECT_EQ(resolved("ftp://example.com/x.js", kScript),
            "refused: only supported schemes for imports are file and https, "
            "ftp://example.com/x.js has `ftp`");
  EXPECT_EQ(resolved("https://example.com/x.js", kScript),
            "refused: not supported yet: import of https://example.com/x.js");
}

TEST_F(ModuleLoading, NamesOfK6AreToldApart) {
  EXPECT_EQ(resolved("k6/browser", kScript), "refused: not supported yet: k6/browser");
  EXPECT_THAT(resolved("k6/experimental/timers", kScript),
              HasSubstr("k6/experimental/timers has been removed. Please migrate to the new "
                        "version by changing your import to 'k6/timers'."));
  EXPECT_THAT(resolved("k6/x/kafka", kScript), HasSubstr("unknown modules [\"k6/x/kafka\"]"));
}

TEST_F(ModuleLoading, TheReasonOfARefusalIsKeptOnce) {
  EXPECT_EQ(modules_.take_refusal(), std::nullopt);
  resolved("./gone.js", kScript);
  const auto refusal = modules_.take_refusal();
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->message(), HasSubstr("./gone.js"));
  EXPECT_EQ(modules_.take_refusal(), std::nullopt);
}

TEST_F(ModuleLoading, AfterInitOnlyFilesSeenSoFarCanBeImported) {
  resolved("./lib/util.js", kScript);
  files_.lock();
  EXPECT_EQ(resolved("./lib/util.js", kScript), "file:///project/lib/util.js");
  EXPECT_THAT(resolved("./late.js", kScript), HasSubstr("refused: "));
}

TEST_F(ModuleLoading, IdsAndPathsBelongTogether) {
  EXPECT_EQ(path_of_module("file:///project/lib/util.js"), "/project/lib/util.js");
  EXPECT_EQ(folder_of_module("file:///project/lib/util.js"), "/project/lib");
  EXPECT_EQ(path_of_module("k6/http"), "");
}

}  // namespace
}  // namespace proofload::k6
