# Synthesised netlists of the core as verilated models, at build time: Yosys writes the netlist, Verilator reads it together with
# Yosys' models of the part's cells, and its makefile compiles the two. Ports are those of the RTL (docs/core.md), so the
# result serves as any other core of the bench.
find_program(YOSYS yosys REQUIRED)
find_file(ICE40_CELLS cells_sim.v PATHS /usr/share/yosys/ice40 /usr/local/share/yosys/ice40 NO_DEFAULT_PATH REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

# What the UP5K's cores are synthesised with; Slots also says what networks they can hold.
set(WUXING_UP5K_PARAMETERS Tiles 4 Slots 24 Layers 2 WeightDepth 16384 IndexW 10 AllCounters 0
  CACHE INTERNAL "the UP5K's core that learns C")
set(WUXING_UP5K_K_PARAMETERS Tiles 2 Slots 30 Layers 2 WeightDepth 32768 IndexW 10 AllCounters 0 LearnK 1
  CACHE INTERNAL "the UP5K's core that learns C and K")

set(WUXING_UP5K_BIT_CYCLES 4 CACHE STRING "Clock cycles a bit on the bitstreams' lines: 4 is 6 Mbaud, 8 is 3")

# Names relative to the project: what Yosys calls things must not depend on where the project lies.
set(files ${WUXING_RTL_FILES})
list(FILTER files INCLUDE REGEX "\\.sv$")
list(TRANSFORM files REPLACE "^${CMAKE_SOURCE_DIR}/" "")
list(JOIN files " " files)
set(WUXING_READ_RTL "read_verilog -sv ${files}" CACHE INTERNAL "Yosys command that reads the core")

# Sets RESULT to the Yosys command that elaborates what has been read, with parameters: name value ...
function(wuxing_hierarchy result top)
  set(command "hierarchy -check -top ${top}")
  while(ARGN)
    list(POP_FRONT ARGN parameter value)
    string(APPEND command " -chparam ${parameter} ${value}")
  endwhile()
  set(${result} "${command}" PARENT_SCOPE)
endfunction()

# wuxing_yosys(OUTPUT file DEPENDS file... RUN command...): one run of Yosys, with its log beside the output; a warning is an error.
function(wuxing_yosys)
  cmake_parse_arguments(run "" "OUTPUT" "DEPENDS;RUN" ${ARGN})
  get_filename_component(name ${run_OUTPUT} NAME)
  list(JOIN run_RUN "; " commands)
  add_custom_command(OUTPUT ${run_OUTPUT}
    COMMAND ${YOSYS} -q -e .* -l ${run_OUTPUT}.log -p "${commands}"
    DEPENDS ${run_DEPENDS} ${YOSYS}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMENT "Yosys: ${name}" VERBATIM)
endfunction()

# The cells as Yosys models them, but for two lines.
file(READ ${ICE40_CELLS} cells)
function(wuxing_edit_cells old new)
  string(FIND "${cells}" "${old}" first)
  string(FIND "${cells}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${ICE40_CELLS}: this does not stand there once, as in Yosys 0.23: ${old}")
  endif()
  string(REPLACE "${old}" "${new}" cells "${cells}")
  set(cells "${cells}" PARENT_SCOPE)
endfunction()
# Flip-flops have no initial 0: with --x-seed they start at random, as everything else does.
wuxing_edit_cells("`define SB_DFF_INIT initial Q = 0;\n" "`define SB_DFF_INIT\n")
# The same table in one step instead of four: Verilator's code is half as large and twice as fast.
wuxing_edit_cells("assign O = I0 ? s1[1] : s1[0];" "assign O = LUT_INIT[{I3, I2, I1, I0}];")
set(WUXING_ICE40_CELLS ${CMAKE_CURRENT_BINARY_DIR}/ice40_cells.v CACHE INTERNAL "models of the part's cells")
file(CONFIGURE OUTPUT ${WUXING_ICE40_CELLS} CONTENT "${cells}" @ONLY)

# Yosys commands between a netlist and Verilator: one bit a net, since bits of one vector that depend on each other would look
# like a loop; no names, since tracing them would take most of the compile time; cells drive the bits of wide ports, which
# Verilator would else join word by word in every cycle; 0 in words of memory that nobody initialises, as in the part (Verilator
# takes no x there).
set(WUXING_FOR_VERILATOR "splitnets; setundef -params -zero; rename -hide w:* c:*; opt_clean; write_verilog -noattr"
  CACHE INTERNAL "Yosys commands that write a netlist for Verilator; the file's name follows")

# Verilator's runtime, which verilate() compiles into every model of its own.
add_library(verilated_runtime STATIC)
foreach(part verilated verilated_fst_c verilated_threads)
  target_sources(verilated_runtime PRIVATE ${verilator_DIR}/include/${part}.cpp)
endforeach()
wuxing_as_verilated(verilated_runtime ${verilator_DIR}/include ${verilator_DIR}/include/vltstd)
target_compile_definitions(verilated_runtime PRIVATE VM_COVERAGE=0 VM_TRACE=1 VM_TRACE_FST=1 VM_SC=0 VL_TIME_CONTEXT)
target_include_directories(verilated_runtime SYSTEM PRIVATE ${verilator_DIR}/include ${verilator_DIR}/include/vltstd)
target_compile_options(verilated_runtime PRIVATE -w)
target_link_libraries(verilated_runtime PUBLIC ZLIB::ZLIB Threads::Threads)

# Library rtl_NAME with top class VNAME of module TOP in a netlist that was written so, and further files that it needs. Without
# waves it stands beside models that have none, with their runtime.
function(wuxing_verilate_netlist name top netlist)  # [WITHOUT_WAVES] [PREFIX class] file ...
  cmake_parse_arguments(PARSE_ARGV 3 verilate WITHOUT_WAVES PREFIX "")
  set(prefix V${name})
  if(verilate_PREFIX)
    set(prefix ${verilate_PREFIX})
  endif()
  set(waves --trace-fst)
  if(verilate_WITHOUT_WAVES)
    set(waves "")
  endif()
  set(further ${verilate_UNPARSED_ARGUMENTS})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/V${name}.dir)
  set(model ${folder}/${prefix}__ALL.a)
  set(native "")
  if(WUXING_NATIVE)
    set(native -march=native)
  endif()
  # Without its rewriting of trees of bit operations, which in 5.006 gives wrong values where vectors are split into bits.
  set(exact -fno-const-bit-op-tree)
  set(make_flags OPT_FAST=-O1)  # -O2 takes three times as long to compile
  if(CCACHE)
    list(APPEND make_flags OBJCACHE=ccache)
  endif()
  list(JOIN make_flags " " make_flags)
  set(waivers ${CMAKE_SOURCE_DIR}/rtl/ice40_cells.vlt)
  add_custom_command(OUTPUT ${model} ${folder}/${prefix}.h
    COMMAND sh -c "\"$@\" > ${folder}.log 2>&1 || { cat ${folder}.log; false; }" sh
      ${VERILATOR_BIN} --cc --build -j 2 --prefix ${prefix} --top-module ${top} --Mdir ${folder} ${waves} -O3 ${exact}
      --x-assign unique --x-initial unique --no-timing -Wno-fatal -Wno-lint -Werror-USERERROR -DNO_ICE40_DEFAULT_ASSIGNMENTS
      -CFLAGS "-w -DVL_TIME_CONTEXT ${native}" -MAKEFLAGS "${make_flags}"
      ${waivers} ${netlist} ${further} ${WUXING_ICE40_CELLS}
    DEPENDS ${waivers} ${netlist} ${further} ${WUXING_ICE40_CELLS}
    COMMENT "Verilator: ${name}" VERBATIM)
  add_custom_target(verilate_${name} DEPENDS ${model} ${folder}/${prefix}.h)
  add_library(rtl_${name} INTERFACE)
  add_dependencies(rtl_${name} verilate_${name})
  target_link_libraries(rtl_${name} INTERFACE ${model})
  if(verilate_WITHOUT_WAVES)
    target_include_directories(rtl_${name} SYSTEM BEFORE INTERFACE ${folder})
  else()
    target_link_libraries(rtl_${name} INTERFACE verilated_runtime)
    wuxing_as_verilated(rtl_${name} ${folder})
  endif()
endfunction()

# NETLIST: that of a core alone, observation port and all, with parameters: name value ... Library rtl_NAME is its verilated model.
function(wuxing_core_netlist name netlist)
  wuxing_hierarchy(hierarchy wuxing_core ${ARGN})
  wuxing_yosys(OUTPUT ${netlist} DEPENDS ${WUXING_RTL_FILES} ${CMAKE_SOURCE_DIR}/constraints/up5k.ys
    RUN "${WUXING_READ_RTL}" "${hierarchy}" "script constraints/up5k.ys" "write_verilog -noattr ${netlist}")
  set(verilog ${CMAKE_CURRENT_BINARY_DIR}/${name}_sim.v)
  wuxing_yosys(OUTPUT ${verilog} DEPENDS ${netlist}
    RUN "read_verilog -lib ${ICE40_CELLS}" "read_verilog ${netlist}" "hierarchy -check -top wuxing_core"
    "${WUXING_FOR_VERILATOR} ${verilog}")
  wuxing_verilate_netlist(${name} wuxing_core ${verilog})
endfunction()
set(WUXING_UP5K_NETLIST ${CMAKE_CURRENT_BINARY_DIR}/up5k.v CACHE INTERNAL "netlist of the UP5K's core that learns C")
set(WUXING_UP5K_K_NETLIST ${CMAKE_CURRENT_BINARY_DIR}/up5k_k.v CACHE INTERNAL "netlist of the UP5K's core that learns C and K")
wuxing_core_netlist(up5k_netlist ${WUXING_UP5K_NETLIST} ${WUXING_UP5K_PARAMETERS})
wuxing_core_netlist(up5k_k_netlist ${WUXING_UP5K_K_NETLIST} ${WUXING_UP5K_K_PARAMETERS})
