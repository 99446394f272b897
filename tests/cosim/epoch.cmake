# Long runs in shards (docs/epoch.md): what wuxing-cosim does for one, and tools/epoch.sh.
cosim_case(learnt_before_injected
  CHECKS exit=1 reproduce exists=/divergence/waves/files /divergences==1 /divergence/event==drive /divergence/sample==1
         /samples/first==130 /samples/learnt_before==true /state_digest/end==null
  RUN ${small} --images 4 --first 130 --learnt-before --learn --shift 1 --inject drive:30:9)
cosim_case(learnt_before_resynchronised
  CHECKS exit=1 /divergences==1 /images==19 /events/result>=30 /weights_compared==12704
  RUN ${small} --images 20 --first 50 --learnt-before --learn --malformed 1 --inject weight_write:5000:7:new --decay 0.5)
cosim_shell(learnt_before_interrupted
  "rm -f before.json; \"$1\" --data \"$2\" --images 1 --first 100000000 --learnt-before --learn --layers 784-16-10 --json before.json 2> before.txt & p=$!; sleep 2; kill -INT $p; wait $p; test $? -eq 130 && grep -q 'before the first image' before.txt && test ! -e before.json")
foreach(case whole whole_k recomputed little restart interrupted parallel seams damage damage_k check_folder impostor full read_only
        divergence usage page)
  add_test(NAME cosim_epoch_${case} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/epoch.sh $<TARGET_FILE:wuxing-cosim> ${image_folder}
    ${CMAKE_CURRENT_BINARY_DIR}/epoch ${case})
  set_tests_properties(cosim_epoch_${case} PROPERTIES FIXTURES_REQUIRED cosim_images LABELS cosim TIMEOUT 600)
endforeach()
# The published runs again, every digit of the report the same. What was interrupted goes on: remove the folder for a new start.
foreach(result epoch epoch_k)
  add_test(NAME long_${result} COMMAND ${CMAKE_SOURCE_DIR}/tools/epoch.sh check ${CMAKE_SOURCE_DIR}/docs/results/${result}.json
    ${CMAKE_BINARY_DIR}/epoch/${result})
  set_tests_properties(long_${result} PROPERTIES LABELS campaign TIMEOUT 14400 COST 1000
    ENVIRONMENT WUXING_COSIM=$<TARGET_FILE:wuxing-cosim>)
endforeach()
