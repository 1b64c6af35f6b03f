#include "base/trace_context.h"

#include <gtest/gtest.h>

namespace proofload {
namespace {

TEST(TraceParent, IsWrittenAsTheStandardSays) {
  TraceParent parent;

  parent.set({0x0af7651916cd43dd, 0x8448eb211c80319c}, 0xb7ad6b7169203331, true);

  EXPECT_EQ(parent.view(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
}

TEST(TraceParent, KeepsLeadingZerosAndSaysWhenItIsNotSampled) {
  TraceParent parent;

  parent.set({1, 2}, 3, false);

  EXPECT_EQ(parent.view(), "00-00000000000000010000000000000002-0000000000000003-00");
  EXPECT_EQ(to_string(TraceId{1, 2}), "00000000000000010000000000000002");
}

}  // namespace
}  // namespace proofload
