# wuxing_mutated_copy(SOURCE COPY "text" "other text"): COPY is SOURCE with one piece of text another. That text must be there
# exactly once, so a mutant cannot silently become the original.
function(wuxing_mutated_copy original copy text other)
  file(READ ${original} source)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  string(FIND "${source}" "${text}" first)
  string(FIND "${source}" "${text}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last OR "${text}" STREQUAL "${other}")
    message(FATAL_ERROR "mutant ${copy}: the text to change does not stand exactly once in ${original}")
  endif()
  string(REPLACE "${text}" "${other}" changed "${source}")
  file(CONFIGURE OUTPUT ${copy} CONTENT "${changed}" @ONLY)
endfunction()
