/* What a look decides, what becomes of a command, and how a lost answer is settled. By hand, as `run.pml`. */

/* ---- Settling what became of a command. */
#define S_DONE     0
#define S_NOT_DONE 1
#define S_WAIT     2
#define S_CANNOT   3
#define PEER_IS_NO_PRIMARY (KNOWN(g_peer) && !IS_PRIMARY(g_peer) && !IS_SERVING(g_peer))
#define BY_LINK(joining, parting) ((g_link == IS_CONNECTED || g_link == IS_CATCHUP || g_link == IS_CONNECTING) -> joining : (g_link == IS_BROKEN -> parting : S_WAIT))
#define BY_ROLE(role) ((role) -> S_DONE : ((g_switch == ACTIVE || (g_switch == SUCCESS && b_word != SUCCESS)) -> S_WAIT : S_NOT_DONE))
#define TURNED (KNOWN(g_peer) && b_state != 2 && (b_state == 1) != (g_peer == OFFLINE) && (g_peer == SECONDARY_ALONE || g_peer == OFFLINE))
#define BY_COPY (TURNED -> S_DONE : (g_copy == ACTIVE -> S_DONE : (!(g_copy >= NEVER) -> S_WAIT : ((b_word >= NEVER && b_word != g_copy) -> S_DONE : S_CANNOT))))

inline settle_admin() {
    repeatable = 1;
    if
    :: cmd == C_CONNECT -> settled = BY_LINK(S_DONE, S_NOT_DONE)
    :: cmd == C_DISCONNECT -> settled = BY_LINK(S_NOT_DONE, S_DONE)
    :: cmd == C_SWITCH_PRIMARY ->
        settled = BY_ROLE(IS_PRIMARY(g_own)); repeatable = (g_own == SECONDARY_ACTIVE && g_switch != ACTIVE)
    :: cmd == C_SWITCH_SECONDARY -> settled = BY_ROLE(IS_SECONDARY(g_own))
    :: cmd == C_SET_PRIMARY_ALONE ->
        settled = (g_own == PRIMARY_ALONE -> S_DONE : S_NOT_DONE);
        repeatable = ((g_own == PRIMARY_UNCERTAIN || g_own == SECONDARY_ALONE) && PEER_IS_NO_PRIMARY)
    :: cmd == C_SET_SECONDARY_ALONE -> settled = (g_own == SECONDARY_ALONE -> S_DONE : S_NOT_DONE)
    :: cmd == C_SET_STANDALONE ->
        settled = (g_own == STANDALONE -> S_DONE : S_NOT_DONE);
        repeatable = (b_state == g_own && (IS_SERVING(g_own) || PEER_IS_NO_PRIMARY))
    :: cmd == C_NETCOPY ->
        settled = BY_COPY; repeatable = (g_own == PRIMARY_ALONE && (g_peer == SECONDARY_ALONE || g_peer == OFFLINE))
    :: else -> settled = S_NOT_DONE
    fi;
    if :: g_own == DOWN -> settled = (cmd == C_SHUTDOWN -> S_DONE : S_NOT_DONE) :: else fi;
    if
    :: !KNOWN(g_own) ->
        settled = ((cmd == C_SHUTDOWN && (g_process == NO || (b_state == 1 && g_listens == NO))) -> S_DONE : S_WAIT)
    :: else
    fi;
    if :: g_own > STANDALONE -> repeatable = 0 :: else fi
}
inline settle() {
    if
    :: cmd <= C_WATCHDOG_OFF ->
        settled = ((watchdog == (cmd == C_WATCHDOG_ON)) -> S_DONE : S_NOT_DONE); repeatable = 1
    :: IS_START(cmd) ->
        settled = ((g_own == DOWN || (!KNOWN(g_own) && g_process == NO)) -> (g_host == YES -> S_WAIT : S_NOT_DONE) : (KNOWN(g_own) -> S_DONE : S_WAIT));
        repeatable = (g_host != YES && (g_own == DOWN || g_process == NO))
    :: else -> settle_admin()
    fi
}
#define ALREADY_SO(c) ((cmd == C_CONNECT && (c == 30750 || c == 14702)) || (cmd == C_DISCONNECT && (c == 30768 || c == 30752)) || (cmd == C_SET_PRIMARY_ALONE && c == 30782) || (cmd == C_SET_SECONDARY_ALONE && c == 30783) || (cmd == C_SET_STANDALONE && (c == 30774 || c == 14540)) || (cmd == C_SWITCH_PRIMARY && (c == 14535 || c == 14523)) || (cmd == C_SWITCH_SECONDARY && (c == 14536 || c == 14523)) || (cmd == C_NETCOPY && c == 14703) || (cmd == C_SHUTDOWN && c == 14711) || (IS_START(cmd) && c == 10054))

/* ---- What a look decides. */
inline decide_preflight() {
    verdict = AND(IS_ANY(look[0], FROM_0), IS_ANY(look[1], FROM_1));
    if
    :: verdict == T3_TRUE -> go_to(1)
    :: verdict != T3_TRUE && ENDS_SAY && AND(IS_ANY(look[0], TO_0), IS_ANY(look[1], TO_1)) == T3_TRUE -> finish(R_ALREADY)
    :: else -> finish(R_NOTHING)
    fi
}
#define IDLE_WORDS(at) ((look[at] == IS_CONNECTING || look[at] == IS_DISCONNECTING || look[at] == IS_CATCHUP || look[at + 1] == ACTIVE || look[at + 2] == ACTIVE || look[at + 3] == ACTIVE) -> T3_FALSE : ((KNOWN(look[at]) && KNOWN(look[at + 1]) && KNOWN(look[at + 2]) && KNOWN(look[at + 3])) -> T3_TRUE : T3_UNKNOWN))
#define IDLE(s, at, from) (look[s] > DOWN -> (from == ANY -> T3_TRUE : T3_UNKNOWN) : (look[s] > STANDALONE -> T3_TRUE : IDLE_WORDS(at)))

inline not_started() {
    if :: silenced -> pc = PUT_BACK_AT; ask(T_SEND) :: else -> finish(R_NOTHING) fi
}
inline decide_first() {
    answer = AND(IS_ANY(look[0], FROM_0), IS_ANY(look[1], FROM_1));
    verdict = IDLE(0, 2, FROM_0); at = IDLE(1, 6, FROM_1);
    verdict = AND(verdict, at); verdict = AND(verdict, answer);
    if
    :: verdict == T3_TRUE -> ask(T_GUARD)
    :: verdict == T3_FALSE || (verdict == T3_UNKNOWN && over_look) -> not_started()
    :: else -> task = T_FIRST + 1
    fi
}
inline decide_guard() {
    if
    :: cmd <= C_WATCHDOG_OFF -> found = 1; ask(T_SEND)
    :: else ->
        see(); guard();
        if
        :: answer == 0 ->
            acted = 1; task = T_SEND; b_word = 0; b_state = 0;
            if
            :: IS_SWITCH(cmd) -> b_word = (KNOWN(g_switch) -> g_switch : 0)
            :: cmd == C_NETCOPY -> b_word = (KNOWN(g_copy) -> g_copy : 0); b_state = (KNOWN(g_peer) -> (g_peer == OFFLINE) : 2)
            :: cmd == C_SET_STANDALONE -> b_state = g_own
            :: cmd == C_SHUTDOWN -> b_state = (g_own <= STANDALONE)
            :: else
            fi
        :: answer != 0 && !again -> refuse(0)
        :: answer != 0 && again ->
            if
            :: ALREADY_SO(answer) -> command_over()
            :: else ->
                settle();
                if :: settled == S_NOT_DONE -> fail(R_FAILED) :: else -> fail(R_DOUBT) fi
            fi
        fi
    fi
}
inline decide_settle() {
    if :: cmd > C_WATCHDOG_OFF -> see() :: else fi;
    settle();
    enough = (over_limit || (over_look && settled != S_WAIT));
    if :: settled == S_WAIT && over_limit -> settled = S_CANNOT :: else fi;
    if
    :: settled == S_DONE -> command_over()
    :: settled != S_DONE && !enough -> task = T_SETTLE + 1
    :: settled != S_DONE && enough && !again && repeatable -> again = 1; ask((cmd <= C_WATCHDOG_OFF -> T_SEND : T_GUARD))
    :: settled == S_NOT_DONE && enough && !(!again && repeatable) -> fail(R_FAILED)
    :: else -> fail(R_DOUBT)
    fi
}
inline decide_watch() {
    test();
    if
    :: kind == K_WAIT ->
        if
        :: verdict == T3_TRUE -> HELD(); go_to(pc + 1)
        :: verdict != T3_TRUE && (gone || over_limit) -> fail(R_FAILED)
        :: else -> task = T_WATCH + 1
        fi
    :: kind == K_ASSERT ->
        if
        :: verdict == T3_TRUE -> HELD(); go_to(pc + 1)
        :: verdict == T3_FALSE || (verdict == T3_UNKNOWN && over_look) -> fail(R_FAILED)
        :: else -> task = T_WATCH + 1
        fi
    :: kind == K_IF ->
        if
        :: verdict == T3_TRUE -> go_to(pc + 1)
        :: verdict == T3_FALSE -> go_to(target)
        :: verdict == T3_UNKNOWN && over_look && first_unknown != 0 -> go_to(first_unknown)
        :: verdict == T3_UNKNOWN && over_look && first_unknown == 0 -> fail(R_FAILED)
        :: else -> task = T_WATCH + 1
        fi
    :: kind == K_ENDS ->
        verdict = AND(IS_ANY(look[0], TO_0), IS_ANY(look[1], TO_1));
        if
        :: verdict == T3_TRUE -> result = R_DONE; go_to(SUCCEEDED_AT)
        :: verdict == T3_FALSE || (verdict == T3_UNKNOWN && over_look) -> fail(R_FAILED)
        :: else -> task = T_WATCH + 1
        fi
    fi
}
inline decide() {
    if
    :: task <= T_PREFLIGHT + 1 -> decide_preflight()
    :: task == T_FIRST -> decide_first()
    :: task == T_GUARD -> decide_guard()
    :: task == T_SETTLE -> decide_settle()
    :: task == T_WATCH -> decide_watch()
    fi
}

/* ---- The path behind one more fault, which meets the pair as it was. */
inline wrong(met_connected) {
    faults = faults + 1; provoked = 1;
    if
    :: section == ENDING && (met_connected) -> late = 1; afterwards = 1
    :: (section == ENDING && !(met_connected)) || section == HANDLER || section == ENDSTATES -> late = 1
    :: else
    fi
}
inline answer_lost() {
    if :: again -> wrong(joined == CONNECTED) :: else -> provoked = 1 fi;
    ask(T_SETTLE)
}
#define MAY_BE_LOST (!again || faults < FAULTS)

/* What the command does where it is done. */
inline perform() {
    before();
    if
    :: (cmd == C_DISCONNECT && joined != CONNECTED) || (cmd == C_SHUTDOWN && HAS_A_PART(own)) -> abandon()
    :: else
    fi;
    if
    :: cmd == C_WATCHDOG_ON -> watchdog = 1
    :: cmd == C_WATCHDOG_OFF -> watchdog = 0
    :: cmd == C_CONNECT -> accept(CONNECT, own)
    :: cmd == C_DISCONNECT -> if :: joined == CONNECTED -> accept(DISCONNECT, own) :: else fi
    :: cmd == C_SWITCH_PRIMARY -> accept(SWITCH, own)
    :: cmd == C_SWITCH_SECONDARY -> if :: joined == CONNECTED -> accept(SWITCH, own) :: else -> accept(STEP_DOWN, own) fi
    :: cmd == C_SET_PRIMARY_ALONE -> set_state(own, PRIMARY_ALONE)
    :: cmd == C_SET_SECONDARY_ALONE -> set_state(own, SECONDARY_ALONE)
    :: cmd == C_SET_STANDALONE -> set_state(own, STANDALONE)
    :: cmd == C_NETCOPY -> accept(NETCOPY, own)
    :: cmd == C_SHUTDOWN -> shut_down(own)
    :: cmd == C_START -> start_server(own, 0)
    :: cmd == C_LISTEN -> start_server(own, 1)
    fi;
    if :: acted -> harm() :: else fi
}
/* What the pair says to the command; 0: it does it. */
inline reply() {
    if
    :: cmd <= C_WATCHDOG_OFF -> answer = 0
    :: IS_START(cmd) -> answer = (phase[own] != P_DOWN -> 10 : ((cmd == C_START && incomplete[own]) -> 24 : 0))
    :: else -> answer = (UP(own) -> MODEL_CODE : (STATE(own) == OFFLINE -> 14552 : 21306))
    fi
}
/* A command is sent: it is answered, its answer is lost, or it is lost itself. A start command is answered when it ends. */
inline send() {
    reply();
    if :: event != W_ANSWERED -> answer_lost() :: else fi;
    if :: answer == 0 && (event == W_ANSWERED || (event == W_ANSWER_LOST && !IS_START(cmd))) -> perform() :: else fi;
    if
    :: event != W_ANSWERED
    :: event == W_ANSWERED && answer == 0 && IS_START(cmd) -> starting = 1
    :: event == W_ANSWERED && ((answer == 0 && !IS_START(cmd)) || (answer != 0 && again && ALREADY_SO(answer))) -> command_over()
    :: else -> refuse(IS_START(cmd))
    fi
}
inline start_ended() {
    if
    :: phase[own] != P_DOWN -> command_over()
    :: else -> starting = 0; refuse(0)
    fi
}
