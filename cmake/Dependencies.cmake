# Everything that comes from outside, found once. Debian packages are listed in tools/packages.txt;
# QuickJS-ng is fetched by `./dev setup` from its pinned source package.

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS context)
find_package(PkgConfig REQUIRED)
pkg_check_modules(liburing REQUIRED IMPORTED_TARGET liburing)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(brotlidec REQUIRED IMPORTED_TARGET libbrotlidec libbrotlienc)
pkg_check_modules(libarchive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# The folder that holds quickjs.c. `./dev setup` puts it there; -DQUICKJS_NG_DIR=... or the
# environment variable of that name points to another copy.
if(DEFINED ENV{QUICKJS_NG_DIR})
  set(quickjs_default $ENV{QUICKJS_NG_DIR})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(quickjs_default $ENV{XDG_CACHE_HOME}/proofload/quickjs_ng-0.17.0.2/upstream-quickjs)
else()
  set(quickjs_default $ENV{HOME}/.cache/proofload/quickjs_ng-0.17.0.2/upstream-quickjs)
endif()
set(QUICKJS_NG_DIR ${quickjs_default} CACHE PATH "Folder with QuickJS-ng 0.17.0's quickjs.c")
if(NOT EXISTS ${QUICKJS_NG_DIR}/quickjs.c)
  message(FATAL_ERROR "QuickJS-ng is not in ${QUICKJS_NG_DIR}: run ./dev setup, or set QUICKJS_NG_DIR to a folder that holds quickjs.c of version 0.17.0")
endif()
