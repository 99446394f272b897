# Long runs in shards (tools/epoch.sh, docs/epoch.md).
foreach(case whole whole_k recomputed restart interrupted parallel seams damage divergence usage page)
  add_test(NAME cosim_epoch_${case} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/epoch.sh $<TARGET_FILE:wuxing-cosim> ${image_folder}
    ${CMAKE_CURRENT_BINARY_DIR}/epoch ${case})
  set_tests_properties(cosim_epoch_${case} PROPERTIES FIXTURES_REQUIRED cosim_images LABELS cosim TIMEOUT 200)
endforeach()
# The published runs again, every digit of the report the same. What was interrupted goes on: remove the folder for a new start.
foreach(result epoch epoch_k epoch_ck)
  add_test(NAME long_${result} COMMAND ${CMAKE_SOURCE_DIR}/tools/epoch.sh check ${CMAKE_SOURCE_DIR}/docs/results/${result}.json
    ${CMAKE_BINARY_DIR}/epoch/${result})
  set_tests_properties(long_${result} PROPERTIES LABELS campaign TIMEOUT 14400 COST 1000
    ENVIRONMENT WUXING_COSIM=$<TARGET_FILE:wuxing-cosim>)
endforeach()
