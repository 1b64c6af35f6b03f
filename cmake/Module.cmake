# pl_module(NAME [DEPS module...] [THIRD_PARTY target...])
# One line declares a module: its library, its tests, its benchmarks. Sources are globbed, so no
# file can be forgotten; DEPS is also what tools/tidy.py checks the #include lines against.

add_library(pl_options INTERFACE)
target_compile_features(pl_options INTERFACE cxx_std_20)
target_compile_options(pl_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  $<$<BOOL:${PL_WERROR}>:-Werror>>)
target_include_directories(pl_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(pl_options INTERFACE tl::expected fmt::fmt nlohmann_json::nlohmann_json)

# One precompiled header for all tests: GoogleTest costs more to parse than most of our files.
file(WRITE ${PROJECT_BINARY_DIR}/test_pch.cc "")
add_library(pl_test_pch OBJECT ${PROJECT_BINARY_DIR}/test_pch.cc)
target_link_libraries(pl_test_pch PUBLIC pl_options GTest::gmock)
target_precompile_headers(pl_test_pch PRIVATE <gtest/gtest.h> <gmock/gmock.h>)

function(pl_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;THIRD_PARTY" ${ARGN})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.h)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  list(TRANSFORM ARG_DEPS PREPEND pl_)

  add_library(pl_${name} STATIC ${sources})
  target_sources(pl_${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  target_link_libraries(pl_${name} PUBLIC pl_options ${ARG_DEPS} ${ARG_THIRD_PARTY})
  set_target_properties(pl_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE pl_${name} GTest::gmock_main)
    target_precompile_headers(${name}_test REUSE_FROM pl_test_pch)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
  endif()
  foreach(bench IN LISTS benches)
    get_filename_component(bench_name ${bench} NAME_WE)
    add_executable(${bench_name} ${bench})
    target_link_libraries(${bench_name} PRIVATE pl_${name} benchmark::benchmark_main)
  endforeach()
endfunction()
