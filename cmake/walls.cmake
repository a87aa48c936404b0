# Walls: a room (a target made by svcd_room) exports only its own folder. It is included as "<folder>/file.h" through a
# link in the build tree, so that a header of a room that is not linked cannot even be found.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(SVCD_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# Flags that every target of ours has, libraries, programs and tests alike.
function(svcd_target target)
  target_compile_options(${target} PRIVATE ${SVCD_WARNINGS} -fno-strict-aliasing)
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
