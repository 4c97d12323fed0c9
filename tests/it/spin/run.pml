/* A run of the runbook beside the pair: what it asks, what it is told, what may happen between; and what must never be
   reached. Written by hand from docs/verify.md and the language, apart from src/engine and src/verify.

   Before this stand the start (STARTS_AT_0 …, FROM_0 …), the ends (TO_0 …, ENDS_SAY), the codes of the table (MODEL_…,
   SEEN_…), where the endings begin (SUCCEEDED_AT, FAILED_AT), and `fetch` and `test`, which read the program. */

/* What an instruction is. */
#define K_COMMAND 1
#define K_WAIT    2
#define K_ASSERT  3
#define K_IF      4
#define K_STOP    5
#define K_RETRY   6
#define K_JUMP    7
#define K_SKIP    8
#define K_ENDS    9
#define K_DONE   10
/* Which part it stands in. */
#define PREFLIGHT 0
#define BODY      1
#define HANDLER   2
#define ENDSTATES 3
#define ENDING    4
/* What comes of a command, beside what happens by itself. */
#define W_ANSWERED    40
#define W_ANSWER_LOST 41
#define W_LOST        42
#define W_START_ENDS  43
#define W_START_LOST  44
/* The line of hsbrun to a server. */
#define W_LINE_HEALS  45
#define W_LINE_BREAKS 46
/* What is asked now; one more: time passes until it is asked again. */
#define T_PREFLIGHT 0
#define T_FIRST     2
#define T_GUARD     4
#define T_SETTLE    6
#define T_WATCH     8
#define T_SEND     10
#define T_END      11
#define IS_LOOK(t)  ((t) < T_SEND && ((t) & 1) == 0)
#define IS_PAUSE(t) ((t) < T_SEND && ((t) & 1) == 1)
/* What a command is. */
#define IS_START(c)   ((c) == C_START || (c) == C_LISTEN)
#define IS_SWITCH(c)  ((c) == C_SWITCH_PRIMARY || (c) == C_SWITCH_SECONDARY)
/* How it ends. */
#define R_NONE      0
#define R_DONE      1
#define R_ALREADY   2
#define R_NOTHING   3
#define R_FAILED    4
#define R_DOUBT     5
/* What must never be reached. */
#define TWO_PRIMARIES    0
#define LOST_COMMITS     1
#define STALE_PROMOTION  2
#define NOBODY_SERVES    3
#define OUTAGE_WAIT      4
#define FAILS_UNPROVOKED 5
#define REFUSED_COMMAND  6
#define WRONG_VERSION    7
#define END_STATE        8
/* And what must be. */
#define CAME_TO_SUCCESS  9

/* Three values, so that "and" is the least and "or" the greatest. */
#define T3_FALSE   0
#define T3_UNKNOWN 1
#define T3_TRUE    2
#define IS(r, set) ((r) > DOWN -> T3_UNKNOWN : (((set) & (1 << (r))) != 0 -> T3_TRUE : T3_FALSE))
#define IS_ANY(r, set) (set == ANY -> T3_TRUE : IS(r, set))
#define AND(a, b)  ((a) < (b) -> (a) : (b))
#define OR(a, b)   ((a) > (b) -> (a) : (b))

/* What was found: beside the states, so that it makes no more of them. */
c_decl {
    static unsigned hits_broken;
    static unsigned long long hits_reached, hits_held;
};
c_code {
    static void tell(void) {
        printf("found %u %llu %llu\n", hits_broken, hits_reached, hits_held);
    }
};
#define HIT(p)    c_code { hits_broken |= 1u << (p); }
#define REACHED() c_code { hits_reached |= 1ull << now.pc; }
#define HELD()    c_code { hits_held |= 1ull << now.pc; }

/* The way that led here. */
byte faults;
bit cut[2], provoked, late, starting, afterwards;
/* Where the run stands. */
byte pc, task, result;
bit acted, silenced, found, again, over_limit, over_look, used;
/* What was seen right before the command, as far as it is asked for afterwards. */
byte b_word, b_state;
/* Before what happens during a look: what it showed until then, and where that makes a difference. Always 0 between steps. */
byte shown[10];
short differs;
bit s_progress, s_accepted, s_connected;

/* Worked out anew in each step. */
hidden byte first_unknown, kind, cmd, own, section, target, handler, asks, first_asked, event, whom, split, at, verdict, settled;
hidden byte long_wait, repeatable, gone, entered, enough, outcome, how, one_more;
hidden byte look[10];
hidden byte g_own, g_peer, g_link, g_copy, g_switch, g_catchup, g_process, g_host, g_listens;
hidden short answer;
hidden byte h_both, h_parted, h_receiving[2], h_secondary[2], h_ahead[2];

/* ---- Damage: what a change of the pair does. */
inline before_of(s) {
    h_receiving[s] = (phase[s] == P_RECEIVING); h_secondary[s] = UP(s) && IS_SECONDARY(hsb[s]); h_ahead[s] = ahead[s]
}
inline before() {
    h_both = SERVES(0) && SERVES(1); h_parted = ahead[0] && ahead[1]; before_of(0); before_of(1)
}
inline harm_to(s) {
    if :: phase[s] == P_RECEIVING && !h_receiving[s] && h_ahead[s] -> HIT(LOST_COMMITS) :: else fi;
    if
    :: h_secondary[s] && UP(s) && (hsb[s] == PRIMARY_ALONE || hsb[s] == STANDALONE) && h_ahead[OTHER(s)] ->
        HIT(STALE_PROMOTION)
    :: else
    fi
}
inline harm() {
    if :: SERVES(0) && SERVES(1) && !h_both -> HIT(TWO_PRIMARIES) :: else fi;
    if :: ahead[0] && ahead[1] && !h_parted -> HIT(LOST_COMMITS) :: else fi;
    harm_to(0); harm_to(1)
}

/* ---- The end. */
#define STANDS(s, set)  (set == ANY || IS(STATE(s), set) == T3_TRUE)
#define AT_THE_END      (STANDS(0, TO_0) && STANDS(1, TO_1))
#define COULD_SERVE(s)  (!incomplete[s] && !ahead[OTHER(s)] && (UP(s) || phase[s] == P_DOWN))
#define NOBODY          (!(KNOWN_SERVING(0) || KNOWN_SERVING(1)))
#define KNOWN_SERVING(s) (UP(s) && IS_SERVING(hsb[s]))
#define RAN             (result == R_DONE || result == R_FAILED || result == R_DOUBT)

inline judge_rest() {
    if
    :: task == T_END && RAN && acted && !late && !cut[0] && !cut[1] && !IN_PROGRESS ->
        if :: NOBODY && (COULD_SERVE(0) || COULD_SERVE(1)) -> HIT(NOBODY_SERVES) :: else fi;
        if :: result == R_DONE && !provoked && !AT_THE_END -> HIT(END_STATE) :: else fi
    :: else
    fi
}
/* What a step of the run comes to; `go_on` sees to it. */
#define O_STAYS    0
#define O_GOES_ON  1
#define O_OVER     2
#define O_FAILS    3
#define O_FINISHES 4
inline finish(with) { outcome = O_FINISHES; how = with }
inline fail(with)   { outcome = O_FAILS; how = with }
inline command_over() { outcome = O_OVER; starting = 0 }
inline go_to(next)  { outcome = O_GOES_ON; pc = next }

inline finished() {
    result = how; task = T_END; pc = 0; over_limit = 0; over_look = 0; again = 0; b_word = 0; b_state = 0; found = 0;
    silenced = 0; used = 0; section = ENDING;
    if :: (how == R_DONE || how == R_ALREADY) -> HIT(CAME_TO_SUCCESS) :: else fi;
    if :: how == R_DONE && !provoked && !AT_THE_END -> HIT(END_STATE) :: else fi;
    if :: (how == R_FAILED || how == R_DOUBT) && !provoked -> HIT(FAILS_UNPROVOKED) :: else fi
}

/* ---- Going on. */
inline ask(what) {
    task = what; over_limit = 0; over_look = 0
}
/* Begins the instruction at pc; goes on until something is asked. */
inline advance() {
    b_word = 0; b_state = 0; again = 0; one_more = 1;
    do
    :: one_more ->
        fetch();
        if
        :: kind == K_SKIP -> pc = pc + 1
        :: kind == K_JUMP -> pc = target
        :: kind == K_RETRY -> if :: used -> pc = pc + 1 :: else -> used = 1; pc = target fi
        :: kind == K_STOP && section != ENDING -> result = R_FAILED; pc = FAILED_AT
        :: kind == K_STOP && section == ENDING -> finish(result); one_more = 0
        :: kind == K_DONE -> finish(result); one_more = 0
        :: kind == K_COMMAND ->
            if
            :: cmd == C_WATCHDOG_ON && !silenced -> pc = pc + 1
            :: cmd == C_WATCHDOG_ON && silenced -> ask(T_SEND); one_more = 0
            :: cmd == C_WATCHDOG_OFF -> ask((!found && !silenced -> T_GUARD : T_SEND)); one_more = 0
            :: cmd != C_WATCHDOG_ON && cmd != C_WATCHDOG_OFF ->
                ask((!acted && section != ENDING -> T_FIRST : T_GUARD)); one_more = 0
            fi
        :: kind == K_WAIT || kind == K_ASSERT -> REACHED(); ask(T_WATCH); one_more = 0
        :: kind == K_IF || kind == K_ENDS -> ask(T_WATCH); one_more = 0
        fi
    :: else -> break
    od
}
/* It fails by a refusal, which is a mistake where nothing has gone wrong before. */
inline refuse(by_the_host) {
    if
    :: !provoked && by_the_host -> HIT(WRONG_VERSION)
    :: !provoked && !by_the_host -> HIT(REFUSED_COMMAND)
    :: else
    fi;
    provoked = 1; fail(R_FAILED)
}
/* A statement failed: where that leads. */
inline failed() {
    if
    :: section == PREFLIGHT -> finish(R_NOTHING)
    :: section == ENDING -> finish(result)
    :: section == BODY && handler != 0 && how != R_DOUBT -> entered = 1; go_to(handler)
    :: else -> result = how; go_to(FAILED_AT)
    fi
}
/* A command was done. */
inline commanded() {
    if
    :: section == PREFLIGHT -> finish(R_NOTHING)
    :: else ->
        if :: cmd == C_WATCHDOG_OFF -> silenced = 1 :: cmd == C_WATCHDOG_ON -> silenced = 0 :: else fi;
        go_to(pc + 1)
    fi
}
/* At the end of a step of the run. */
inline go_on() {
    if :: outcome == O_OVER -> commanded() :: outcome == O_FAILS -> failed() :: else fi;
    if :: outcome == O_GOES_ON -> advance() :: else fi;
    if :: outcome == O_FINISHES -> finished() :: else -> fetch() fi;
    if
    :: entered && (cut[0] || cut[1]) -> late = 1
    :: !(entered && (cut[0] || cut[1])) && (entered || (task != T_END && section == BODY)) -> late = 0
    :: else
    fi;
    judge_rest()
}

/* ---- Looks. */
#define READ_STATE(s)        (cut[s] -> SILENT_CUT : STATE(s))
#define READ_STATUS(s, word) (cut[s] -> SILENT_CUT : (UP(s) -> (word) : (STATE(s) == DOWN -> SILENT_DOWN : (STATE(s) == OFFLINE -> SILENT_OFFLINE : SILENT_CLOSED))))
#define LINK_WORD    (joined == CATCHUP -> IS_CATCHUP : (joined == CONNECTED -> ((op == DISCONNECT && running) -> IS_DISCONNECTING : IS_CONNECTED) : ((op == CONNECT && running) -> IS_CONNECTING : IS_BROKEN)))
#define COPY_WORD(s)   ((op == NETCOPY && running && by == (s)) -> ACTIVE : last_copy[s])
#define SWITCH_WORD(s) (SWITCHING(s) -> ACTIVE : last_switch[s])
#define CATCHUP_WORD (joined == CATCHUP -> ACTIVE : NOT_ACTIVE)
#define PROCESS(s)   (phase[s] == P_DOWN -> NO : YES)
#define HOST(s)      (IS_STARTING(s) -> YES : NO)
#define LISTENS(s)   (cut[s] -> SILENT_CUT : ((STATE(s) == DOWN || STATE(s) == SILENT_CLOSED) -> NO : YES))

inline read_statuses(from, s) {
    look[from] = READ_STATUS(s, LINK_WORD); look[from + 1] = READ_STATUS(s, COPY_WORD(s));
    look[from + 2] = READ_STATUS(s, SWITCH_WORD(s)); look[from + 3] = READ_STATUS(s, CATCHUP_WORD)
}
/* What the probes of the look at hand give, in their order. */
inline read() {
    at = 0; do :: at < 10 -> look[at] = 0; at = at + 1 :: else -> break od;
    if
    :: task <= T_PREFLIGHT + 1 -> look[0] = READ_STATE(0); look[1] = READ_STATE(1)
    :: task == T_FIRST || task == T_FIRST + 1 ->
        look[0] = READ_STATE(0); look[1] = READ_STATE(1); read_statuses(2, 0); read_statuses(6, 1)
    :: task == T_WATCH || task == T_WATCH + 1 ->
        look[0] = READ_STATE(first_asked);
        if :: asks == 2 -> look[1] = READ_STATE(OTHER(first_asked)) :: else fi
    :: task >= T_GUARD && task <= T_SETTLE + 1 && cmd <= C_WATCHDOG_OFF
    :: task >= T_GUARD && task <= T_SETTLE + 1 && cmd > C_WATCHDOG_OFF ->
        look[0] = READ_STATE(own); look[1] = READ_STATE(OTHER(own));
        if
        :: IS_START(cmd) -> look[2] = PROCESS(own); look[3] = HOST(own)
        :: cmd == C_SHUTDOWN && task >= T_SETTLE -> look[2] = PROCESS(own); look[3] = HOST(own); look[4] = LISTENS(own)
        :: cmd == C_SHUTDOWN && task < T_SETTLE ->
            read_statuses(2, own); look[6] = PROCESS(own); look[7] = HOST(own); look[8] = LISTENS(own)
        :: else ->
            read_statuses(2, own);
            if
            :: task == T_GUARD && cmd == C_CONNECT ->
                look[6] = READ_STATUS(OTHER(own), LINK_WORD); look[7] = READ_STATUS(OTHER(own), CATCHUP_WORD);
                look[8] = READ_STATUS(own, VERSION); look[9] = READ_STATUS(OTHER(own), VERSION)
            :: task == T_GUARD && cmd == C_DISCONNECT ->
                look[6] = READ_STATUS(OTHER(own), LINK_WORD); look[7] = READ_STATUS(OTHER(own), CATCHUP_WORD)
            :: task == T_GUARD && IS_SWITCH(cmd) -> look[6] = READ_STATUS(OTHER(own), SWITCH_WORD(OTHER(own)))
            :: task == T_GUARD && cmd == C_NETCOPY ->
                look[6] = READ_STATUS(own, VERSION); look[7] = READ_STATUS(OTHER(own), VERSION)
            :: else
            fi
        fi
    :: else
    fi
}
/* What is in sight of the pair, from the server that the command goes to. Of one that takes no connections nothing else is. */
inline see() {
    g_own = look[0]; g_peer = look[1]; g_process = 0; g_host = 0; g_listens = 0;
    g_link = 0; g_copy = 0; g_switch = 0; g_catchup = 0;
    if
    :: IS_START(cmd) || (cmd == C_SHUTDOWN && task >= T_SETTLE) ->
        g_process = look[2]; g_host = look[3]; g_listens = (cmd == C_SHUTDOWN -> look[4] : 0)
    :: else ->
        if
        :: g_own != DOWN && g_own != OFFLINE -> g_link = look[2]; g_copy = look[3]; g_switch = look[4]; g_catchup = look[5]
        :: else
        fi;
        if :: cmd == C_SHUTDOWN -> g_process = look[6]; g_host = look[7]; g_listens = look[8] :: else fi
    fi
}

/* The cases of the table, as far as they can be seen. */
#define S_Always(s)            1
#define S_WrongRole(s)         1
#define S_Already(s)           1
#define S_NotAlone(s)          1
#define S_SwitchActive(s)      (g_switch == ACTIVE)
#define S_CopyActive(s)        (g_copy == ACTIVE)
#define S_CatchupActive(s)     (g_catchup == ACTIVE || g_link == IS_CATCHUP || g_link == IS_CONNECTING)
#define S_Connecting(s)        (g_link == IS_CATCHUP || g_link == IS_CONNECTING)
#define S_DisconnectActive(s)  (g_link == IS_DISCONNECTING)
#define S_Connected(s)         (g_own == PRIMARY_ACTIVE || g_own == SECONDARY_ACTIVE || g_link == IS_CONNECTED)
#define S_NotConnected(s)      (g_link == IS_BROKEN)
#define S_PeerAbsent(s)        (g_peer == DOWN)
#define S_PeerUnreachable(s)   (g_peer == DOWN || g_peer == OFFLINE)
#define S_PeerPrimary(s)       (IS_PRIMARY(g_peer))
#define S_PeerSecondary(s)     (IS_SECONDARY(g_peer))
#define S_PeerStandalone(s)    (g_peer == STANDALONE)
#define S_PeerCommanded(s)     0
#define S_NotSynchronized(s)   0
#define S_LogGone(s)           0
#define S_OwnNewer(s)          0
#define S_PeerOlderLevel(s)    0
#define S_DifferentBase(s)     0
#define S_BackupActive(s)      0
#define S_NoConnectString(s)   0
#define S_LinkLost(s)          0

#define PROMOTES        (cmd == C_SET_PRIMARY_ALONE || cmd == C_SET_STANDALONE || cmd == C_SWITCH_PRIMARY)
#define TWO_WOULD_SERVE (PROMOTES && !IS_SERVING(g_own) && !(cmd == C_SWITCH_PRIMARY && g_own == SECONDARY_ACTIVE) && IS_SERVING(g_peer))
#define NO_CODE         1

/* Why the guard sends nothing; 0: it does. */
inline guard() {
    if
    :: IS_START(cmd) -> answer = ((g_process == YES || (KNOWN(g_own) && g_own != DOWN)) -> 10054 : (KNOWN(g_own) -> 0 : NO_CODE))
    :: else ->
        answer = SEEN_CODE;
        if
        :: answer == 0 && TWO_WOULD_SERVE -> answer = 14700
        :: answer == 0 && !TWO_WOULD_SERVE && (!KNOWN(g_own) || (PROMOTES && !KNOWN(g_peer))) -> answer = NO_CODE
        :: else
        fi
    fi
}
