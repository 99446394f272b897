# Everything that a sample can change, and every kind of connection, on real MNIST. Each case is run twice: short, with label cosim, and
# with 2,000 images, with label campaign, whose JSON is kept in campaign/ of the build folder.
set(campaign_images 2000)
set(campaign_folder ${CMAKE_BINARY_DIR}/campaign)
file(MAKE_DIRECTORY ${campaign_folder})

# learning_case(NAME CORE core LAYERS sizes IMAGES short [MALFORMED n] [SETS n] [LEAST kind=n...] CHECKS check... RUN argument...)
# LEAST: events of a kind that an image makes at least, on average. SETS: parameter sets of K that learn: 5 writes each for every neuron
# that ran backward. NO_LEARN: inference.
function(learning_case name)
  cmake_parse_arguments(PARSE_ARGV 1 case "NO_LEARN" "CORE;LAYERS;IMAGES;MALFORMED;SETS" "LEAST;CHECKS;RUN")
  count_network(${case_LAYERS})
  if(case_CORE MATCHES "r$")
    set(words 0)
  endif()
  set(states 0)
  if(case_CORE MATCHES "[kr]$")
    math(EXPR states "2 * ${parameters}")
  endif()
  if(NOT case_SETS)
    set(case_SETS 0)
  endif()
  math(EXPR writes "5 * ${case_SETS}")
  set(run --config ${case_CORE} --layers ${case_LAYERS} ${case_RUN})
  if(case_MALFORMED)
    list(APPEND run --malformed ${case_MALFORMED})
  endif()
  if(NOT case_NO_LEARN)
    list(APPEND run --learn)
  endif()
  foreach(label cosim campaign)
    if(label STREQUAL cosim)
      set(images ${case_IMAGES})
    else()
      set(images ${campaign_images})
    endif()
    math(EXPR drives "${images} * ${neurons}")
    set(results ${images})
    set(malformed 0)
    if(case_MALFORMED)
      math(EXPR malformed "(${images} - 1) / ${case_MALFORMED}")
      math(EXPR results "${images} + ${malformed}")
    endif()
    set(checks /divergences==0 /interrupted==false /images==${images} /malformed_samples==${malformed} /config/name==${case_CORE}
      /events/drive==${drives} /events/neuron==${drives} /events/result==${results}
      /events/parameter_write==${writes}*/events/backward
      /weights_compared==${words} /parameters_compared==${parameters} /states_compared==${states} /registers_compared>=11
      /stability/neurons==${neurons})
    foreach(least IN LISTS case_LEAST)
      string(REGEX MATCH "^([a-z_]+)=([0-9]+)$" matched ${least})
      math(EXPR count "${images} * ${CMAKE_MATCH_2}")
      list(APPEND checks /events/${CMAKE_MATCH_1}>=${count})
    endforeach()
    if(label STREQUAL campaign)
      list(APPEND checks keep=${campaign_folder}/${name}.json)
    endif()
    add_test(NAME ${label}_${name}
      COMMAND check_run ${checks} ${case_CHECKS} -- $<TARGET_FILE:wuxing-cosim> ${run} --images ${images} --case ${name})
    set_tests_properties(${label}_${name} PROPERTIES LABELS ${label} TIMEOUT 3600)
  endforeach()
endfunction()

set(p --eta 0 --k-sets 123 --k-p 0.02 --scale0 2 --scale 2)
set(pid --k-sets 123 --k-p 0.01 --k-i 0.01 --k-d 0.005 --k-leak 4)
set(pid_alone --eta 0 ${pid} --scale0 2 --scale 2)

# ---- the fixed points alone: P, I, D, each set of parameters, all leaks
set(k_alone CORE tiles4k LAYERS 784-24-10 IMAGES 12 CHECKS /events/weight_write==0)
learning_case(k_p ${k_alone} SETS 3 LEAST backward=8 RUN ${p})
learning_case(k_i ${k_alone} SETS 3 LEAST backward=8 RUN --eta 0 --k-sets 123 --k-p 0 --k-i 0.02 --scale0 2 --scale 2)
learning_case(k_d ${k_alone} SETS 3 LEAST backward=8 RUN --eta 0 --k-sets 123 --k-p 0 --k-d 0.02 --scale0 2 --scale 2)
learning_case(k_pid ${k_alone} SETS 3 LEAST backward=8 RUN ${pid_alone} --stall 0)
learning_case(k_pid_nearest ${k_alone} SETS 3 LEAST backward=8 RUN ${pid_alone} --rounding nearest)
foreach(sets 1 2 3 12 13 23)
  string(LENGTH ${sets} count)
  learning_case(k_sets_${sets} ${k_alone} SETS ${count} LEAST backward=8 RUN ${pid_alone} --k-sets ${sets})
endforeach()
learning_case(k_sets_none ${k_alone} LEAST backward=8 RUN ${pid_alone} --k-sets none)
learning_case(k_without_gains ${k_alone} SETS 3 LEAST backward=8 RUN --eta 0 --k-sets 123 --k-p 0 --scale0 2 --scale 2)
foreach(leak 0 1 15)
  learning_case(k_leak_${leak} ${k_alone} SETS 3 LEAST backward=8 RUN ${pid_alone} --k-leak ${leak})
endforeach()
# At the limits of K or C a network soon has little left to learn: what they must at least make is said for the whole run.
learning_case(k_at_limits CORE tiles4k LAYERS 784-24-10 IMAGES 20 SETS 3
  CHECKS /events/backward>=80 /parameters_limited>=50 RUN --eta 0 --k-sets 123 --k-p 0.2499 --k-i 0.2499 --k-d 0.2499 --k-leak 0 --scale0 2 --scale 2)

# ---- both at once, none to four hidden layers
foreach(layers 784-10 784-64-10 784-64-32-10 784-48-32-24-16-10)
  set(images 12)
  if(layers STREQUAL 784-10)
    set(images 30)
  endif()
  learning_case(both_${layers} CORE tiles4k LAYERS ${layers} IMAGES ${images} SETS 3 LEAST backward=3 weight_write=400
    RUN ${pid} --eta 0.014 --shift 1)
endforeach()
learning_case(both_nearest CORE tiles4k LAYERS 784-24-10 IMAGES 12 SETS 3 LEAST backward=5 weight_write=400
  RUN ${pid} --eta 0.014 --rounding nearest)
learning_case(both_stalled CORE tiles4k LAYERS 784-24-10 IMAGES 12 SETS 3 LEAST backward=5 weight_write=400
  RUN ${pid} --eta 0.014 --stall 0.6)
learning_case(k_784-48-32-24-16-10 CORE tiles4k LAYERS 784-48-32-24-16-10 IMAGES 12 SETS 3 LEAST backward=8 RUN ${pid_alone})
learning_case(k_784-48-24-10 CORE tiles4k LAYERS 784-48-24-10 IMAGES 12 SETS 3 LEAST backward=8 RUN ${pid_alone})
learning_case(c_784-48-32-24-16-10 CORE tiles16 LAYERS 784-48-32-24-16-10 IMAGES 12 LEAST backward=8 weight_write=400 RUN --eta 0.014)
learning_case(k_steps_15 ${k_alone} SETS 3 LEAST backward=4 RUN ${pid_alone} --steps 15)
learning_case(k_steps_1 ${k_alone} SETS 3 LEAST backward=4 RUN ${pid_alone} --steps 1)
learning_case(c_on_tiles4k CORE tiles4k LAYERS 784-24-10 IMAGES 12 LEAST backward=5 weight_write=400 RUN --eta 0.014)

# ---- connections of 8 and 12 bits
foreach(rounding stochastic nearest)
  learning_case(w8_${rounding} CORE tiles4w8 LAYERS 784-64-10 IMAGES 12 LEAST backward=5 weight_write=400
    RUN --weight-bits 8 --eta 0.03 --rounding ${rounding})
  learning_case(w12_${rounding} CORE tiles3w12 LAYERS 784-64-32-10 IMAGES 12 LEAST backward=5 weight_write=400
    RUN --weight-bits 12 --eta 0.03 --rounding ${rounding})
endforeach()
learning_case(w8_at_limits CORE tiles4w8 LAYERS 784-24-10 IMAGES 12
  CHECKS /events/backward>=48 /events/weight_write>=4800 /weights_limited>=1000 RUN --weight-bits 8 --eta 0.4 --scale0 12 --scale 12)
learning_case(w12_at_limits CORE tiles3w12 LAYERS 784-24-10 IMAGES 12
  CHECKS /events/backward>=48 /events/weight_write>=4800 /weights_limited>=100 RUN --weight-bits 12 --eta 0.49 --scale0 46 --scale 12)
learning_case(w8_stalled CORE tiles4w8 LAYERS 784-24-10 IMAGES 12 LEAST backward=5 weight_write=400
  RUN --weight-bits 8 --stall 0.6)

# ---- as the networks of the accuracy goals learn
set(goal --target-on 1.5 --target-off -0.3 --steps 4 --eta 0.014)
learning_case(goal_80 CORE tiles4 LAYERS 784-80-10 IMAGES 12 LEAST backward=8 weight_write=400 RUN ${goal} --shift 1)
learning_case(goal_80_8bit CORE tiles4w8 LAYERS 784-80-10 IMAGES 12 LEAST backward=8 weight_write=400 RUN ${goal} --shift 1 --weight-bits 8)
learning_case(goal_80_core_shift CORE tiles4 LAYERS 784-80-10 IMAGES 12 LEAST backward=8 weight_write=400 RUN ${goal} --core-shift 1)

# ---- other data, found by its name
learning_case(fashion CORE tiles4 LAYERS 784-64-10 IMAGES 12 LEAST backward=8 weight_write=400 RUN --data fashion-mnist --eta 0.014)

# ---- connections that are recomputed
set(recomputed --recomputed --scale0 2 --scale 2)
learning_case(recomputed_p CORE tiles2r LAYERS 784-64-10 IMAGES 12 SETS 3 LEAST backward=8
  CHECKS /events/weight_write==0 RUN ${recomputed} --k-sets 123 --k-p 0.02)
learning_case(recomputed_pid_deep CORE tiles2r LAYERS 784-48-24-10 IMAGES 12 SETS 3 LEAST backward=8
  CHECKS /events/weight_write==0 RUN ${recomputed} ${pid} --steps 6)
# The network of the goal of the fixed points.
learning_case(recomputed_goal CORE tiles2r LAYERS 784-512-256-10 IMAGES 5 SETS 3 LEAST backward=80
  CHECKS /events/weight_write==0 RUN ${recomputed} ${pid})
learning_case(recomputed_nearest CORE tiles2r LAYERS 784-24-10 IMAGES 12 SETS 2 LEAST backward=8
  CHECKS /events/weight_write==0 RUN ${recomputed} ${pid} --rounding nearest --k-sets 13 --stall 0.3)
learning_case(recomputed_inference CORE tiles2r LAYERS 784-64-10 IMAGES 12 NO_LEARN RUN ${recomputed})

# ---- images that the core itself moves, malformed samples in between
set(least backward=5 weight_write=400)
learning_case(moved_1 CORE tiles4 LAYERS 784-24-10 IMAGES 20 MALFORMED 1 LEAST ${least} RUN --core-shift 1)
learning_case(moved_7 CORE tiles16 LAYERS 784-24-10 IMAGES 20 MALFORMED 2 LEAST ${least} RUN --core-shift 7 --stall 0.3)
learning_case(moved_inference CORE tiles4 LAYERS 784-24-10 IMAGES 20 MALFORMED 3 NO_LEARN RUN --core-shift 2)
learning_case(moved_both CORE tiles4k LAYERS 784-24-10 IMAGES 12 MALFORMED 1 SETS 3 LEAST ${least} RUN --core-shift 3 ${pid} --eta 0.014)
learning_case(moved_w12 CORE tiles3w12 LAYERS 784-24-10 IMAGES 12 LEAST ${least} RUN --core-shift 2 --weight-bits 12 --shift 1)
learning_case(moved_w8_nearest CORE tiles4w8 LAYERS 784-24-10 IMAGES 12 MALFORMED 2 LEAST ${least}
  RUN --core-shift 4 --weight-bits 8 --rounding nearest)
learning_case(moved_recomputed CORE tiles2r LAYERS 784-24-10 IMAGES 12 MALFORMED 1 SETS 3 LEAST backward=8
  RUN --core-shift 1 ${recomputed} --k-sets 123)

# ---- networks at the ends of all ranges (make_models), with the greatest gains
function(learning_limits core kind backward)
  foreach(layers 784-24-10 784-20-14-10)
    count_network(${layers})
    foreach(variant a b c d)
      math(EXPR events "9 * ${neurons}")
      set(name cosim_limits_${core}_${kind}-${layers}${variant})
      cosim_case(limits_${core}_${kind}-${layers}${variant}
        CHECKS /divergences==0 /images==9 /events/drive==${events} /events/neuron==${events} /events/result==9
               /events/backward>=${backward} /parameters_compared==${parameters}
        RUN --data ${CMAKE_CURRENT_BINARY_DIR}/limits-28x28 --config ${core} --images 9 --learn ${ARGN}
            --model ${CMAKE_CURRENT_BINARY_DIR}/limits/${kind}-${layers}${variant})
      set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED "cosim_images;cosim_limits")
    endforeach()
  endforeach()
endfunction()
set(greatest --k-sets 123 --k-p 0.2499 --k-i 0.2499 --k-d 0.2499)
learning_limits(tiles4k states 5 --eta 0.49 ${greatest} --k-leak 0 --core-shift 7)
learning_limits(tiles2r recomputed 1 ${greatest} --k-leak 1)
learning_limits(tiles4w8 w8 5 --eta 0.49)
learning_limits(tiles3w12 w12 5 --eta 0.49 --core-shift 1)

# ---- the rest is shown on the tests' own images, by short runs alone
set(k_small ${small} --config tiles4k ${pid} --eta 0.014)
set(w8_small ${small} --config tiles4w8 --weight-bits 8 --eta 0.03)
set(w12_small ${small} --config tiles3w12 --weight-bits 12 --eta 0.03)
set(r_small ${small} --config tiles2r --recomputed ${pid})

foreach(pattern 10 110 00001)
  cosim_case(k_learning_switched_${pattern}
    CHECKS /divergences==0 /images==20 /events/parameter_write==15*/events/backward /events/backward>=40 /states_compared==780
    RUN ${k_small} --images 20 --learn=${pattern} --core-shift 2)
endforeach()
# The deepest networks that a core takes, C and K learning.
foreach(layers 784-14-13-12-11-12-10 784-14-13-12-11-12-13-10 784-14-13-12-11-12-13-14-10)
  count_network(${layers})
  math(EXPR drives "12 * ${neurons}")
  cosim_case(k_${layers}
    CHECKS /divergences==0 /images==12 /events/drive==${drives} /events/neuron==${drives} /events/parameter_write==15*/events/backward
           /events/backward>=60 /weights_compared==${words} /parameters_compared==${parameters}
    RUN --config tiles4k --layers ${layers} --seed 3 ${pid} --eta 0.014 --scale 3 --images 12 --learn)
endforeach()

cosim_case(k_second_epoch
  CHECKS /divergences==0 /trained_images==70 /events/parameter_write>=5000 /events/weight_write>=10000
  RUN ${k_small} --images 70 --learn --decay 0.5)

# Reset in every phase, in the receive phase also of samples that are moved.
foreach(core k r w8 w12)
  set(resets "")
  set(happened "")
  set(sample 0)
  foreach(point receive:1 receive:9 receive:60 multiply_accumulate:9 neurons_forward:30 neurons_backward:20 neurons_backward:200
          neurons_backward:290 neurons_backward:300 neurons_backward:310 error_sums:5 update:9 result:1)
    if(core STREQUAL r AND point STREQUAL "update:9")
      continue()  # there is none
    endif()
    list(APPEND resets --reset ${sample}:${point})
    list(APPEND happened /resets/${sample}/happened==true)
    math(EXPR sample "${sample} + 1")
  endforeach()
  cosim_case(reset_with_${core}
    CHECKS /divergences==0 /images==15 /trained_images==15 ${happened} /parameters_compared==390 /events/backward>=60
    RUN ${${core}_small} --images 15 --learn --stall 0.05 --core-shift 2 ${resets})
  cosim_case(malformed_with_${core}
    CHECKS /divergences==0 /images==22 /malformed_samples==21 /events/result==43 /parameters_compared==390 /events/backward>=40
    RUN ${${core}_small} --images 22 --learn=10 --malformed 1 --stall 0.1)
  cosim_case(start_values_with_${core}
    CHECKS /divergences==0 /events/backward>=10 "same=--x-seed 2 --reset-cycles 1" "same=--x-seed 3 --reset-cycles 17"
           "same=--x-seed 99 --reset-cycles 1000" "same=--x-seed 0"
    RUN ${${core}_small} --images 3 --learn --x-seed 1 --core-shift 1)
endforeach()

# The model file keeps all that a core learns: a run in two parts, on two kinds of core where there are two.
foreach(core k r w8 w12)
  set(options ${${core}_small})
  add_test(NAME cosim_model_files_with_${core} COMMAND ${CMAKE_COMMAND} -DCOSIM=$<TARGET_FILE:wuxing-cosim> -DIMAGES=${image_folder}
    -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/models_${core} "-DOPTIONS=${options}" -P ${CMAKE_CURRENT_SOURCE_DIR}/learning_files.cmake)
  set_tests_properties(cosim_model_files_with_${core} PROPERTIES FIXTURES_REQUIRED cosim_images LABELS cosim TIMEOUT 200)
endforeach()

# The training command learns the same: two epochs, with rate and gains that fall.
function(as_trained core config)
  add_test(NAME cosim_as_trained_${core} COMMAND ${CMAKE_COMMAND} -DWUXING=$<TARGET_FILE:wuxing> -DCOSIM=$<TARGET_FILE:wuxing-cosim>
    -DIMAGES=${image_folder} -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/trained_${core} -DCORE=${config} "-DOPTIONS=${ARGN}"
    -P ${CMAKE_CURRENT_SOURCE_DIR}/as_trained.cmake)
  set_tests_properties(cosim_as_trained_${core} PROPERTIES FIXTURES_REQUIRED cosim_images LABELS cosim TIMEOUT 200)
endfunction()
as_trained(k tiles4k --eta 0.014 ${pid} --shift 1)
as_trained(k_alone tiles4k --eta 0 --k-sets 13 --k-p 0.1 --k-leak 2 --scale0 2 --scale 1.5 --rounding nearest --core-shift 2)
as_trained(r tiles2r --recomputed --eta 0 ${pid} --scale0 2 --core-shift 1)
as_trained(w8 tiles4w8 --weight-bits 8 --eta 0.03 --core-shift 1)
as_trained(w12 tiles3w12 --weight-bits 12 --eta 0.03 --rounding nearest --scale0 1.5)

# ---- the bench finds what is put in
function(injected_in core name spec)
  cmake_parse_arguments(PARSE_ARGV 3 case "" "" "CHECKS")
  cosim_case(injected_${core}_${name}
    CHECKS exit=1 reproduce exists=/divergence/waves/files /divergences==1 /further_divergences==0 ${case_CHECKS} "report=reproduce"
    RUN ${${core}_small} --images 4 --learn --stall 0.1 --inject ${spec})
endfunction()
set(k_inputs /divergence/event==parameter_write /divergence/parameter!=null /divergence/address>=0 /divergence/inputs/0/name==old
  /divergence/inputs/1/name==G1 "report=last G1" "report=leak" /divergence/format==Q3.12)
injected_in(k old parameter_write:40:2:old CHECKS ${value} ${k_inputs} /divergence/field==old /divergence/matched/parameter_write==40
  /divergence/inputs/0/agreed==false /divergence/inputs/1/agreed==true)
injected_in(k new parameter_write:41:0:new CHECKS ${value} ${k_inputs} /divergence/field==new /divergence/inputs/0/agreed==true
  /divergence/inputs/1/agreed==true)
injected_in(k g1 parameter_write:200:15:G1 CHECKS ${value} ${k_inputs} /divergence/field==G1 /divergence/inputs/1/agreed==false)
injected_in(k s "parameter_write:333:1:S'" CHECKS ${value} ${k_inputs} "/divergence/field==S'" /divergence/inputs/1/agreed==true)
injected_in(r s "parameter_write:100:1:3" CHECKS ${value} ${k_inputs} "/divergence/field==S'")
injected_in(w8 new weight_write:300:7:new CHECKS ${value} /divergence/field==new /divergence/format==Q-1.8)
injected_in(w12 old weight_write:300:11:old CHECKS ${value} /divergence/field==old /divergence/format==Q0.11)
# Words of the memories: K is used by the neuron event, S and the last G1 by the next write, or at the end.
injected_in(k memory_k parameter:1:37:4@1 CHECKS /divergence/event==neuron /divergence/neuron==9 /divergence/sample==1)
injected_in(k memory_s state:2:133:3@2 CHECKS /divergence/layer==1 /divergence/neuron==2 /divergence/parameter==K2[0])
injected_in(k memory_g1 state:0:80:14@0 CHECKS /divergence/layer==0 /divergence/neuron==8 /divergence/parameter==K1[0])
injected_in(r memory_g1 state:1:30:14@0 CHECKS /divergence/layer==0 /divergence/neuron==1 /divergence/parameter==K3[4])
injected_in(w8 memory memory:2:3136:6@1 CHECKS ${value} /divergence/sample==1 /divergence/layer==1 /divergence/event==drive)
cosim_case(injected_state_never_used
  CHECKS exit=1 /divergences==1 /divergence/type==memory /divergence/event==last_g1 /divergence/parameter==K3[4] /divergence/layer==0
    /divergence/neuron==1
  RUN ${small} --config tiles4k --images 3 --inject state:1:30:2@1)
cosim_case(injected_integral_never_used
  CHECKS exit=1 /divergences==1 /divergence/type==memory /divergence/event==integral /divergence/parameter==K1[0] /divergence/layer==1
    /divergence/neuron==3
  RUN ${small} --config tiles4k --images 3 --inject state:3:128:15@1)

# After a divergence K, S, the last G1 and R are those of the model again.
foreach(core k r)
  cosim_case(resynchronised_with_${core}
    CHECKS exit=1 reproduce /divergences==1 /divergence/event==parameter_write /divergence/matched/parameter_write==900 /images==23
           /malformed_samples>=18 /parameters_compared==390 /states_compared==780 "report=FURTHER DIVERGENCES (0)"
           "report=24 of 24 images begun, 23 without divergence"
    RUN ${${core}_small} --images 24 --learn --malformed 1 --stall 0.1 --core-shift 1 --inject parameter_write:900:7:new)
endforeach()
foreach(core w8 w12)
  cosim_case(resynchronised_with_${core}
    CHECKS exit=1 reproduce /divergences==1 /divergence/event==weight_write /images==23 /weights_compared==12704
           "report=24 of 24 images begun, 23 without divergence"
    RUN ${${core}_small} --images 24 --learn --malformed 1 --stall 0.1 --core-shift 1 --inject weight_write:900:3:new)
endforeach()
set(options --config tiles4k ${pid} --eta 0.014)
systematic(k "parameter_write:0+:0:G1" 0 "1;2;3;4;5" /further/0/event==parameter_write /further/0/parameter!=null /images==0)

# ---- what does not go together
usage(k_on_core_without "LearnK" --images 1 --learn --k-sets 3)
usage(gain_without_sets "--k-sets" --images 1 --learn --config tiles4k --k-p 0.01)
usage(leak_without_sets "--k-sets" --images 1 --learn --config tiles4k --k-leak 2)
usage(narrow_network "8 bits" --images 1 --weight-bits 8)
usage(narrow_core "8" --images 1 --config tiles4w8)
usage(recomputed_network "recomputed" --images 1 --recomputed)
usage(recomputing_core "stored" --images 1 --config tiles2r)
usage(recomputed_and_eta "--eta" --images 1 --learn --config tiles2r --recomputed --eta 0.01)
usage(recomputed_and_narrow "--recomputed" --images 1 --recomputed --weight-bits 8)
usage(odd_width "--weight-bits 10" --images 1 --weight-bits 10)
usage(great_gain "--k-d 0.25" --images 1 --config tiles4k --learn --k-sets 1 --k-d 0.25)
usage(negative_gain "--k-i" --images 1 --config tiles4k --learn --k-sets 1 --k-i=-0.01)
usage(great_leak "--k-leak" --images 1 --config tiles4k --learn --k-leak 16)
usage(wrong_sets "--k-sets 124" --images 1 --config tiles4k --learn --k-sets 124)
usage(same_set_twice "--k-sets 11" --images 1 --config tiles4k --learn --k-sets 11)
usage(odd_rounding "--rounding up" --images 1 --rounding up)
usage(no_scale "--scale0 0" --images 1 --scale0 0)
usage(great_core_shift "--core-shift" --images 1 --core-shift 8)
usage(width_of_model "--weight-bits" --images 1 --model x --weight-bits 8)
usage(k_slots "slots" --images 1 --config tiles4k --layers 784-400-10)
usage(injection_into_recomputed "recomputes" --images 1 --config tiles2r --recomputed --inject memory:0:0:0@0)
usage(injection_of_a_bit_beyond "8 bits" --images 1 --config tiles4w8 --weight-bits 8 --inject memory:0:0:8@0)
usage(injection_into_no_state "LearnK" --images 1 --inject state:0:0:0@0)
usage(injection_into_no_neuron "no neuron" --images 1 --config tiles4k --inject parameter:0:15:0@0)
usage(injection_into_unused_slot "no neuron" --images 1 --config tiles4k --layers 784-16-10 --inject state:3:224:0@0)
