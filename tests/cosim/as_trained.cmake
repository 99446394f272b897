# Two epochs of `wuxing train`, and the same samples in lock-step: the model file of the one and the one read from the core are the
# same but for the number of epochs, which the bench does not count, and the checksum.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
set(common --data ${IMAGES} --decay 0.5 --seed 5 --layers 784-16-10 ${OPTIONS})
execute_process(COMMAND ${WUXING} train ${common} --epochs 2 --out ${FOLDER}/trained OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${COSIM} ${common} --config ${CORE} --learn --images 120 --out ${FOLDER}/read OUTPUT_QUIET
  COMMAND_ERROR_IS_FATAL ANY)
foreach(name trained read)
  file(READ ${FOLDER}/${name} bytes HEX)
  string(LENGTH ${bytes} length)
  math(EXPR rest "${length} - 72 - 8")
  string(SUBSTRING ${bytes} 0 64 before)  # bytes 32 to 35: epochs; the last four: checksum (docs/files.md)
  string(SUBSTRING ${bytes} 72 ${rest} after)
  set(${name} ${before}${after})
endforeach()
if(NOT trained STREQUAL read)
  message(FATAL_ERROR "${FOLDER}/trained and ${FOLDER}/read hold other networks")
endif()
