# Walls: a room (a target made by svcd_room) exports only its own folder. It is included as "<folder>/file.h" through a
# link in the build tree, so that a header of a room that is not linked cannot even be found.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # the sloppiness that ccache asks for with precompiled headers
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

set(SVCD_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# The standard headers that most files include, compiled once: a clean build takes a good third less. Files go on naming
# all that they use: clang and clang-tidy (tests/run style, fuzz) read them without it.
set(SVCD_COMMON_HEADERS <algorithm> <array> <charconv> <chrono> <cstdint> <deque> <functional> <map> <memory> <optional>
                        <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>
                        <fmt/format.h> <tl/expected.hpp>)

# Four files of a target are compiled as one (CMake's unity build): they read the same headers once, and a clean build
# takes much less time. For clang and clang-tidy each file stands alone.
set(SVCD_UNITY OFF)
set(SVCD_UNITY_BATCH 4 CACHE STRING "How many source files are compiled as one; 0: all of a target")
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
  set(SVCD_UNITY ON)
endif()

# Flags that every target of ours has, libraries, programs and tests alike.
function(svcd_flags target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${SVCD_UNITY} UNITY_BUILD_BATCH_SIZE ${SVCD_UNITY_BATCH})
  target_compile_options(${target} PRIVATE ${SVCD_WARNINGS} -fno-strict-aliasing)
  target_link_options(${target} PRIVATE LINKER:-z,relro,-z,now)  # a child that shares memory must not bind symbols
  if(SVCD_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
                                             -fconstexpr-steps=100000000)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  if(SVCD_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                             -fno-omit-frame-pointer -Wno-restrict)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # so that ccache can look into precompiled headers
  endif()
endfunction()

# svcd_precompiled(TARGET FLAGS … LIBRARIES … HEADERS …): a target whose precompiled headers others take by REUSE_FROM;
# they must be compiled with the same flags.
function(svcd_precompiled target)
  cmake_parse_arguments(arg "" "" "FLAGS;LIBRARIES;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${target}.cc CONTENT "")
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/${target}.cc)
  svcd_flags(${target})
  target_compile_options(${target} PRIVATE ${arg_FLAGS})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
  endif()
endfunction()

# svcd_target(TARGET): what a library or program of ours gets.
function(svcd_target target)
  svcd_flags(${target})
  if(SVCD_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_link_options(${target} PRIVATE -static-libasan -static-libubsan)  # the test containers have no such library
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_precompile_headers(${target} REUSE_FROM precompiled)
  endif()
endfunction()

# svcd_room(TARGET FOLDER SOURCES…): a static library whose headers others reach as FOLDER/x.h.
function(svcd_room target folder)
  add_library(${target} STATIC ${ARGN})
  svcd_target(${target})
  set(wall ${CMAKE_BINARY_DIR}/walls/${target})
  get_filename_component(parent ${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${wall}/${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${wall}/${folder} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${wall})
endfunction()
