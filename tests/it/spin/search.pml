/* The search: every step that can come next, from wherever the run and the pair are.

   Before this stands the program: `fetch` and `test`, and which of its instructions are what. */

#define IS_BY_ITSELF(e) ((e) != 0 && !((e) >= W_ANSWERED && (e) <= W_START_LOST))
#define IS_OUTAGE     (acted && !cut[0] && !cut[1] && NOBODY && !s_progress)
#define MAY_GO_WRONG  (task != T_END && faults < FAULTS)
/* The clocks of the pause at hand. */
#define HAS_LIMIT (task == T_SETTLE + 1 || (task == T_WATCH + 1 && IS_WAIT))
#define HAS_LOOK  (task == T_SETTLE + 1 || task == T_FIRST + 1 || (task == T_WATCH + 1 && !IS_WAIT))
#define HAS_BOTH  (task == T_SETTLE + 1)

inline step() {
    section = ENDING; entered = 0; outcome = O_STAYS;
    if :: task != T_END -> fetch() :: else fi
}

active proctype runbook() {
    atomic {
        c_code { atexit(tell); };
        d_step {
            phase[0] = STARTS_AS_0; phase[1] = STARTS_AS_1; hsb[0] = STARTS_AT_0; hsb[1] = STARTS_AT_1;
            joined = STARTS_JOINED; incomplete[0] = (STARTS_AS_0 == P_LISTENING); incomplete[1] = (STARTS_AS_1 == P_LISTENING);
            pending[0] = (STARTS_AT_0 == PRIMARY_UNCERTAIN); pending[1] = (STARTS_AT_1 == PRIMARY_UNCERTAIN);
            kept[0] = (STARTS_AT_0 != STANDALONE); kept[1] = (STARTS_AT_1 != STANDALONE);
            last_copy[0] = NEVER; last_copy[1] = NEVER; last_switch[0] = NEVER; last_switch[1] = NEVER;
            result = R_DONE
        }
    }
end_of_all:
    do
    /* A look; a command; or something happens, between two requests or in the middle of a look. */
    :: atomic {
        if
        :: task < T_SEND -> event = 0; split = 0
        :: IS_STARTING(0) -> event = W_STARTED; whom = 0
        :: IS_STARTING(1) -> event = W_STARTED; whom = 1
        :: CAN_STOP(0) -> event = W_STOPPED; whom = 0
        :: CAN_STOP(1) -> event = W_STOPPED; whom = 1
        :: CAN_SHIP(0) -> event = W_SHIPS; whom = 0
        :: CAN_SHIP(1) -> event = W_SHIPS; whom = 1
        :: CAN_BEGIN -> event = W_BEGINS
        :: CAN_CATCH_UP -> event = W_CATCHES
        :: CAN_END -> event = W_ENDS
        :: CAN_COMMIT(0) -> event = W_COMMITS; whom = 0
        :: CAN_COMMIT(1) -> event = W_COMMITS; whom = 1
        :: !link_up -> event = W_HEALS
        :: CAN_PROMOTE(0) -> event = W_PROMOTES; whom = 0
        :: CAN_PROMOTE(1) -> event = W_PROMOTES; whom = 1
        :: CAN_RESTART(0) -> event = W_STARTS; whom = 0
        :: CAN_RESTART(1) -> event = W_STARTS; whom = 1
        :: CAN_RECONNECT(0) -> event = W_CONNECTS; whom = 0
        :: CAN_RECONNECT(1) -> event = W_CONNECTS; whom = 1
        :: CAN_COPY(0) -> event = W_COPIES; whom = 0
        :: CAN_COPY(1) -> event = W_COPIES; whom = 1
        :: MAY_GO_WRONG && CAN_CRASH(0) -> event = W_CRASH; whom = 0
        :: MAY_GO_WRONG && CAN_CRASH(1) -> event = W_CRASH; whom = 1
        :: MAY_GO_WRONG && CAN_CRASH(0) && joined == CONNECTED -> event = W_CRASH_P; whom = 0
        :: MAY_GO_WRONG && CAN_CRASH(1) && joined == CONNECTED -> event = W_CRASH_P; whom = 1
        :: MAY_GO_WRONG && link_up -> event = W_CUT
        :: MAY_GO_WRONG && link_up && joined == CONNECTED -> event = W_CUT_P
        :: MAY_GO_WRONG && running && op == NETCOPY -> event = W_COPY_FAILS
        :: MAY_GO_WRONG && running && op == CONNECT -> event = W_CATCHUP_FAILS
        :: MAY_GO_WRONG && running && op == SWITCH -> event = W_SWITCH_FAILS
        :: MAY_GO_WRONG && CAN_RUN_OUT(0) -> event = W_MAX_LOG; whom = 0
        :: MAY_GO_WRONG && CAN_RUN_OUT(1) -> event = W_MAX_LOG; whom = 1
        :: MAY_GO_WRONG && CAN_FILL(0) -> event = W_FULL; whom = 0
        :: MAY_GO_WRONG && CAN_FILL(1) -> event = W_FULL; whom = 1
        :: MAY_GO_WRONG && !cut[0] -> event = W_LINE_BREAKS; whom = 0
        :: MAY_GO_WRONG && !cut[1] -> event = W_LINE_BREAKS; whom = 1
        :: task != T_END && cut[0] -> event = W_LINE_HEALS; whom = 0
        :: task != T_END && cut[1] -> event = W_LINE_HEALS; whom = 1
        :: task == T_SEND && !starting && !LINE_IS_CUT -> event = W_ANSWERED; split = 0
        :: task == T_SEND && !starting && !LINE_IS_CUT && MAY_BE_LOST -> event = W_ANSWER_LOST; split = 0
        :: task == T_SEND && !starting && MAY_BE_LOST -> event = W_LOST; split = 0
        :: task == T_SEND && starting && !STARTING_STILL -> event = W_START_ENDS; split = 0
        :: task == T_SEND && starting && MAY_BE_LOST -> event = W_START_LOST; split = 0
        fi;
        d_step {
            differs = 0;
            step();
            if
            :: task < T_SEND -> s_progress = IN_PROGRESS; s_accepted = ONLY_ACCEPTED; s_connected = (joined == CONNECTED)
            :: else
            fi;
            if
            :: event == W_LINE_HEALS -> cut[whom] = 0
            :: event == W_LINE_BREAKS -> wrong(joined == CONNECTED); cut[whom] = 1
            :: event == 0 || (event >= W_ANSWERED && event <= W_START_LOST)
            :: event != 0 && event < W_ANSWERED ->
                if
                :: task < T_SEND ->
                    read();
                    at = 0; do :: at < 10 -> shown[at] = look[at]; at = at + 1 :: else -> break od
                :: else
                fi;
                if :: event >= W_FAULTS -> wrong(joined == CONNECTED) :: else fi;
                before();
                happen(event, whom);
                if :: acted && !afterwards -> harm() :: else fi;
                judge_rest();
                if
                :: task < T_SEND ->
                    read();
                    /* Bit i: the probes up to i saw the one pair, those behind it the other, and that shows. */
                    at = 10; split = 0;
                    do
                    :: at > 0 ->
                        at = at - 1;
                        if
                        :: look[at] != shown[at] ->
                            if :: split -> differs = differs | (1 << at) :: else fi;
                            split = 1
                        :: else
                        fi
                    :: else -> break
                    od;
                    split = 0
                :: else
                fi
            fi
        };
        if
        :: IS_BY_ITSELF(event) -> goto leave
        :: !IS_BY_ITSELF(event) -> split = 0
        :: differs & 1 -> split = 1
        :: differs & 2 -> split = 2
        :: differs & 4 -> split = 3
        :: differs & 8 -> split = 4
        :: differs & 16 -> split = 5
        :: differs & 32 -> split = 6
        :: differs & 64 -> split = 7
        :: differs & 128 -> split = 8
        :: differs & 256 -> split = 9
        fi;
        /* Which of the clocks that run are over when it looks again. A limit that passes while something in progress could
           still change the pair means that something is slow; so does the look limit while a command is only accepted. */
        if
        :: true
        :: HAS_LIMIT && !over_limit && !s_progress -> over_limit = 1
        :: HAS_LIMIT && !over_limit && s_progress && faults < FAULTS -> over_limit = 1; differs = 1024
        :: HAS_LOOK && !over_look && !s_accepted -> over_look = 1
        :: HAS_LOOK && !over_look && s_accepted && faults < FAULTS -> over_look = 1; differs = 1024
        :: HAS_BOTH && !over_limit && !over_look && !s_progress && !s_accepted -> over_limit = 1; over_look = 1
        :: HAS_BOTH && !over_limit && !over_look && (s_progress || s_accepted) && faults < FAULTS ->
            over_limit = 1; over_look = 1; differs = 1024
        fi;
        d_step {
            step();
            if
            :: task < T_SEND ->
                if :: differs == 1024 -> wrong(s_connected) :: else fi;
                if :: IS_PAUSE(task) -> task = task - 1 :: else fi;
                read();
                at = 0; do :: at < split -> look[at] = shown[at]; at = at + 1 :: else -> break od;
                decide();
                if
                :: event == 0 && task == T_WATCH + 1 && kind == K_WAIT && long_wait && !over_limit && IS_OUTAGE -> HIT(OUTAGE_WAIT)
                :: else
                fi
            :: task == T_SEND && event <= W_LOST -> send()
            :: task == T_SEND && event == W_START_ENDS -> start_ended()
            :: task == T_SEND && event == W_START_LOST -> starting = 0; answer_lost()
            fi;
            go_on()
        };
    leave: skip;
        d_step {
            at = 0; do :: at < 10 -> shown[at] = 0; at = at + 1 :: else -> break od;
            differs = 0; s_progress = 0; s_accepted = 0; s_connected = 0
        }
    }
    od
}
