// Constants, enumerations and control bundles shared by the core. Numbers: docs/contract.md and docs/core.md.
package wuxing_pkg;

  parameter int ContractVersion = 2;
  parameter int One = 4096;          // 1.0 in Q3.12
  parameter int ElementMax = 16383;  // top of the range of E

  // F: fraction bits of a connection of WeightW bits. All else that depends on the width follows from it.
  function automatic int weight_fraction(int width);
    weight_fraction = width == 16 ? 13 : width == 12 ? 11 : 8;
  endfunction
  parameter int StepFraction = 32;                         // fraction bits of x g
  parameter logic [31:0] TurnUnit = 32'h9E37_79B9;         // floor(2^32 / golden ratio); T is its upper 32 - F bits

  // What the core is doing, as seen on obs_phase_o.
  typedef enum logic [2:0] {
    PhaseIdle,
    PhaseReceive,
    PhaseMac,
    PhaseForward,
    PhaseBackward,
    PhaseErrorSum,
    PhaseUpdate,
    PhaseResult
  } phase_e;

  // Kinds of observed records (obs_kind_o).
  typedef enum logic [2:0] {
    ObsDrive,
    ObsNeuron,
    ObsBackward,
    ObsWeight,
    ObsParameter
  } obs_e;

  // Codes of malformed samples.
  typedef enum logic [3:0] {
    SampleOk,
    SampleBadIndex,
    SampleBadOrder,
    SampleBadLabel,
    SampleNotReady
  } sample_e;

  // Words of a neuron's state record: E[0..4], then these.
  parameter logic [2:0] WordBackward = 3'd5;  // b[0]
  parameter logic [2:0] WordError = 3'd6;     // e
  parameter logic [2:0] WordStep = 3'd7;      // g = eta b[0]

  // One line of the layer table.
  typedef struct packed {
    logic [15:0] inputs;
    logic [15:0] outputs;
    logic [15:0] slots;        // ceil(outputs / Tiles)
    logic [15:0] slot_base;
    logic [17:0] weight_base;  // stored connections
    logic [31:0] key;          // recomputed connections
    logic [3:0]  scale;
    logic        last;         // the output layer
  } layer_t;

  // What passes over connections: multiply-accumulate, error sums, update.
  typedef enum logic [1:0] {
    PassMac,       // a = C, b = x
    PassErrorSum,  // a = C, b = b[0]
    PassUpdate     // a = g, b = x
  } pass_e;

  // Sequencer to every tile. Stages count from the address of the connection memory (1).
  typedef struct packed {
    logic        slot_first;    // stand on slot 0 of the layer
    logic        slot_next;     // stand on the next slot
    logic        slot_scan;     // step to the nearest live slot from here
    logic        exact;         // work on every slot (forward), not only on live ones
    pass_e       pass;
    logic        weight_read;   // stage 1
    logic        load;          // stage 2: operands into the multiplier
    logic        acc_add;       // stage 4 of PassMac
    logic        weight_write;  // stage 4 of PassUpdate
    logic        acc_clear;
    logic        drive_load;    // u from the accumulator
    logic        error_load;    // e from the state record
    logic        step_load;     // g from the state record
    logic [2:0]  state_word;    // word read from the state record while no neuron runs
  } walk_t;

  // Neuron sequencer to every tile; see wuxing_neuron_ctl.
  typedef struct packed {
    logic        run;           // a neuron is being integrated
    logic        backward;
    logic        clear;         // ring to its start: E = 1, b = 0
    // address stage
    logic        param_scratch;
    logic [3:0]  param_word;
    logic [2:0]  state_word;
    // operand stage
    logic        load;
    logic        a_gain;        // a = g of this element, else parameter memory
    logic        b_state;       // b = state record, else ring tap
    logic [1:0]  tap;
    logic        tap_pred;      // tap of the predictor ring
    // product stage
    logic        gain_load;
    logic        gain_k3;       // add K3
    logic        scratch_write;
    logic [3:0]  scratch_word;
    logic        acc_first;
    logic        acc_drive;     // start from the drive (u or e)
    logic        acc_add;
    logic        acc_sub;
    // ring stage
    logic        rotate;
    logic        write_pred;
    logic        write_corr;
    logic        flag_load;     // clamped? of the element just read
    logic        state_write;
    logic [2:0]  write_word;
    // tail
    logic        tail_zero;     // forward: b[0] = 0, record made
    logic        tail_error;    // forward: e of an output, live flag
    logic        tail_eta;      // backward: b[0] stored, eta b[0] started
    logic        tail_step;     // backward: g stored, record made
  } neuron_t;

  // Adjustment of a neuron's K, to every tile; see wuxing_pid_ctl.
  typedef struct packed {
    logic        run;           // K is being adjusted
    logic [1:0]  k_set;         // of the parameter in work: K1, K2, K3
    logic [3:0]  word;          // its number, 0..14
    logic [3:0]  read_word;     // word read from the parameter and S memories
    logic [2:0]  state_word;    // word read from the state record
    logic [3:0]  leak;
    logic [13:0] gain;          // of the term
    // operand stage
    logic        load;
    logic        signal;        // operands of a G1, else of a term
    logic [1:0]  term;          // P G1, I S', D D'
    // product stage
    logic        product_load;  // m
    logic        signal_load;   // G1
    logic        negate;        // the product, before it is rounded
    logic        pid_load;      // S', D'
    logic        acc_first;     // start from K and the threshold
    logic        acc_add;
    // end of a parameter
    logic        rotate;        // ring to the next element
    logic        write;         // K, S', G1 written, record made
  } adjust_t;

endpackage
