# pl_module(NAME [DEPS module...] [THIRD_PARTY target...])
# One line declares a module: its library, its tests, its benchmarks. Sources are globbed, so no
# file can be forgotten; DEPS is also what tools/tidy.py checks the #include lines against.
# x_test.cc are run by `./dev test`, x_slow_test.cc only by `./dev test --slow`.

set(PL_MODULE_ROOT ${PROJECT_SOURCE_DIR}/src)   # where includes start; the shop has its own

add_custom_target(unit_tests)   # every test executable, and nothing else

add_library(pl_common INTERFACE)
target_compile_features(pl_common INTERFACE cxx_std_20)
target_compile_options(pl_common INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers
  # GCC 12 sees overlaps and overruns in std::string's operator+ that are not there (its PR 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow>
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  $<$<BOOL:${PL_WERROR}>:-Werror>>)
target_include_directories(pl_common INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(pl_common INTERFACE tl::expected fmt::fmt nlohmann_json::nlohmann_json)

# One precompiled header for all tests: GoogleTest costs more to parse than most of our files.
file(WRITE ${PROJECT_BINARY_DIR}/test_pch.cc "")
add_library(pl_test_pch OBJECT ${PROJECT_BINARY_DIR}/test_pch.cc)
target_link_libraries(pl_test_pch PUBLIC pl_common GTest::gmock)
target_precompile_headers(pl_test_pch PRIVATE <gtest/gtest.h> <gmock/gmock.h>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
  target_compile_options(pl_common INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)   # else ccache cannot keep it
endif()

# One test executable of a module; nothing when there are no sources.
function(pl_module_tests module name seconds label)
  if(NOT ARGN)
    return()
  endif()
  add_executable(${name}_test ${ARGN})
  target_link_libraries(${name}_test PRIVATE pl_${module} GTest::gmock_main)
  target_precompile_headers(${name}_test REUSE_FROM pl_test_pch)
  # Where the compiler ran: a __FILE__ that ccache has made relative leads from here to the source.
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds} LABELS "${label}")
  add_dependencies(unit_tests ${name}_test)
endfunction()

function(pl_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;THIRD_PARTY" ${ARGN})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.h)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")   # a program's, never a library's
  list(TRANSFORM ARG_DEPS PREPEND pl_)

  add_library(pl_${name} STATIC ${sources})
  target_sources(pl_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PL_MODULE_ROOT} FILES ${headers})
  target_include_directories(pl_${name} PUBLIC ${PL_MODULE_ROOT})
  target_link_libraries(pl_${name} PUBLIC pl_common ${ARG_DEPS} ${ARG_THIRD_PARTY})
  set_target_properties(pl_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)

  set(slow_tests ${tests})
  list(FILTER slow_tests INCLUDE REGEX "_slow_test\\.cc$")
  list(FILTER tests EXCLUDE REGEX "_slow_test\\.cc$")
  pl_module_tests(${name} ${name} 120 "" ${tests})
  pl_module_tests(${name} ${name}_slow 600 slow ${slow_tests})
  foreach(bench IN LISTS benches)
    get_filename_component(bench_name ${bench} NAME_WE)
    add_executable(${bench_name} ${bench})
    target_link_libraries(${bench_name} PRIVATE pl_${name} benchmark::benchmark_main)
    target_include_directories(${bench_name} PRIVATE ${PROJECT_SOURCE_DIR}/bench)
  endforeach()
endfunction()
