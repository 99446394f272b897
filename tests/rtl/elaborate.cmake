# One elaboration by Verilator with all warnings, alone, from the root of the repository.
#   cmake -DVERILATOR=.. -DROOT=.. -DTOP=module [-DPARAMETERS="-GTiles=0 .."] [-DREFUSAL="text"] -P elaborate.cmake
# Without REFUSAL it must succeed in silence. With REFUSAL it must fail, and the design must have said so.
file(STRINGS ${ROOT}/rtl/wuxing.f files)
separate_arguments(parameters UNIX_COMMAND "${PARAMETERS}")
execute_process(
  COMMAND ${VERILATOR} --lint-only -Wall --top-module ${TOP} ${parameters} ${files}
  WORKING_DIRECTORY ${ROOT} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(NOT DEFINED REFUSAL)
  if(NOT result EQUAL 0 OR NOT output STREQUAL "")
    message(FATAL_ERROR "${TOP} ${PARAMETERS}: exit ${result}\n${output}")
  endif()
  return()
endif()

# Verilator calls an elaboration-time $error so; the text must be that of the check, not that of some consequence.
string(REGEX REPLACE "([.+()])" "\\\\\\1" expected "${REFUSAL}")
if(result EQUAL 0 OR NOT output MATCHES "USERERROR: rtl/[a-z_]+\\.sv:[0-9]+:[0-9]+: ${expected}\n")
  message(FATAL_ERROR "${TOP} ${PARAMETERS}: exit ${result}, expected the refusal \"${REFUSAL}\"\n${output}")
endif()
