/* The pair of servers: what commands, time, the watchdog and faults make of it. Written by hand from docs/facts.md and the
   rows of the transition table, apart from src/pair/model and src/verify, so that each can judge the other.

   Before this stand AUTO (AutoPrimaryAlone), ONE_SAFE, BLIND (the watchdog has no external reference), FAULTS. */

/* States as they are read. Above DOWN: not known, and why. */
#define PRIMARY_ACTIVE    0
#define PRIMARY_ALONE     1
#define PRIMARY_UNCERTAIN 2
#define SECONDARY_ACTIVE  3
#define SECONDARY_ALONE   4
#define STANDALONE        5
#define OFFLINE           6
#define DOWN              7
#define SILENT_CLOSED     8
#define SILENT_CUT        9
#define SILENT_DOWN      10
#define SILENT_OFFLINE   11
/* Words of statuses, and answers of the machine. The first three are the marks of a last copy or switch, too. */
#define NEVER            20
#define SUCCESS          21
#define ERROR            22
#define ACTIVE           23
#define NOT_ACTIVE       24
#define IS_CONNECTED     25
#define IS_CONNECTING    26
#define IS_CATCHUP       27
#define IS_DISCONNECTING 28
#define IS_BROKEN        29
#define YES              30
#define NO               31
#define VERSION          32
#define KNOWN(r)         ((r) <= DOWN || (r) >= NEVER)

/* What a process does. */
#define P_DOWN               0
#define P_STARTING           1
#define P_STARTING_TO_LISTEN 2
#define P_UP                 3
#define P_LISTENING          4
#define P_RECEIVING          5
#define P_STOPPING           6

/* What is between the servers. */
#define BROKEN    0
#define CATCHUP   1
#define CONNECTED 2

/* What is in progress. */
#define NONE       0
#define CONNECT    1
#define DISCONNECT 2
#define SWITCH     3
#define STEP_DOWN  4
#define NETCOPY    5

byte phase[2], hsb[2], last_copy[2], last_switch[2];
bit incomplete[2], pending[2], ahead[2], kept[2], disk_full[2];
bit link_up = 1, watchdog = 1;
byte joined, op, by;
bit running;

#define OTHER(s)         (1 - (s))
#define UP(s)            (phase[s] == P_UP)
#define IS_STARTING(s)   (phase[s] == P_STARTING || phase[s] == P_STARTING_TO_LISTEN)
#define STATE(s)         (UP(s) -> hsb[s] : (phase[s] == P_DOWN -> DOWN : ((phase[s] == P_LISTENING || phase[s] == P_RECEIVING) -> OFFLINE : SILENT_CLOSED)))
#define IS_SERVING(st)   ((st) == PRIMARY_ACTIVE || (st) == PRIMARY_ALONE || (st) == STANDALONE)
#define IS_PRIMARY(st)   ((st) <= PRIMARY_UNCERTAIN)
#define IS_SECONDARY(st) ((st) == SECONDARY_ACTIVE || (st) == SECONDARY_ALONE)
#define SWITCHING(s)     (running && (op == SWITCH || (op == STEP_DOWN && by == (s))))
#define SERVES(s)        (UP(s) && IS_SERVING(hsb[s]) && !SWITCHING(s))
#define SECONDARY_IS_AHEAD(s) (IS_SECONDARY(hsb[s]) -> ahead[s] : ahead[OTHER(s)])
#define LOG_IS_GONE(s)   (IS_SECONDARY(hsb[s]) -> (ahead[OTHER(s)] && !kept[OTHER(s)]) : (ahead[s] && !kept[s]))
#define REACHES(s)       (link_up && UP(OTHER(s)))

/* The cases of the table, where a command goes to s. */
#define M_Always(s)            1
#define M_WrongRole(s)         1
#define M_Already(s)           1
#define M_NotAlone(s)          1
#define M_SwitchActive(s)      (op == SWITCH || (op == STEP_DOWN && by == (s)))
#define M_CopyActive(s)        (op == NETCOPY && by == (s))
#define M_CatchupActive(s)     (op == CONNECT)
#define M_Connecting(s)        (op == CONNECT)
#define M_DisconnectActive(s)  (op == DISCONNECT)
#define M_Connected(s)         (joined == CONNECTED)
#define M_NotConnected(s)      (joined == BROKEN && op != CONNECT)
#define M_PeerCommanded(s)     ((op == NETCOPY || op == STEP_DOWN) && by == OTHER(s))
#define M_PeerAbsent(s)        (!link_up || !(phase[OTHER(s)] == P_UP || phase[OTHER(s)] == P_LISTENING))
#define M_PeerUnreachable(s)   (!REACHES(s))
#define M_PeerPrimary(s)       (REACHES(s) && IS_PRIMARY(hsb[OTHER(s)]))
#define M_PeerSecondary(s)     (REACHES(s) && IS_SECONDARY(hsb[OTHER(s)]))
#define M_PeerStandalone(s)    (REACHES(s) && hsb[OTHER(s)] == STANDALONE)
#define M_NotSynchronized(s)   (SECONDARY_IS_AHEAD(s))
#define M_LogGone(s)           (LOG_IS_GONE(s))
/* Both servers are of one version and one base, and no backup runs. */
#define M_OwnNewer(s)          0
#define M_PeerOlderLevel(s)    0
#define M_DifferentBase(s)     0
#define M_BackupActive(s)      0
#define M_NoConnectString(s)   0
#define M_LinkLost(s)          0

/* ---- Effects. */
inline fresh(s) {
    hsb[s] = SECONDARY_ALONE; disk_full[s] = 0; last_copy[s] = NEVER; last_switch[s] = NEVER
}
inline alone(s, primary) {
    if
    :: hsb[s] == PRIMARY_ACTIVE -> hsb[s] = primary
    :: hsb[s] == SECONDARY_ACTIVE -> hsb[s] = SECONDARY_ALONE
    :: else
    fi
}
inline ship_all() {
    if :: joined == CONNECTED -> ahead[0] = 0; ahead[1] = 0 :: else fi
}
inline part() {
    ship_all(); joined = BROKEN; alone(0, PRIMARY_ALONE); alone(1, PRIMARY_ALONE)
}
inline equalise() {
    ahead[0] = 0; ahead[1] = 0; pending[0] = 0; pending[1] = 0; kept[0] = 1; kept[1] = 1
}
inline commit_pending(s) {
    ahead[s] = ahead[s] || pending[s]; pending[s] = 0
}
inline over() {
    op = NONE; by = 0; running = 0
}
inline accept(what, side) {
    op = what; by = side; running = 0
}
inline abandon() {
    if
    :: op == CONNECT -> joined = BROKEN
    :: op == SWITCH && running ->
        joined = BROKEN; hsb[0] = SECONDARY_ALONE; hsb[1] = SECONDARY_ALONE; last_switch[0] = ERROR; last_switch[1] = ERROR
    :: (op == SWITCH && !running) || op == STEP_DOWN -> last_switch[by] = ERROR
    :: op == NETCOPY ->
        last_copy[by] = ERROR;
        if :: running && phase[1 - by] == P_RECEIVING -> phase[1 - by] = P_LISTENING :: else fi
    :: op == DISCONNECT && running -> part()
    :: else
    fi;
    over()
}
/* A step down is one server's alone; all else is of both. */
#define HAS_A_PART(s) (op != NONE && (by == (s) || op != STEP_DOWN))
inline lose_peer(s, with_pending, crashed) {
    if
    :: hsb[s] == PRIMARY_ACTIVE ->
        pending[s] = pending[s] || with_pending;
        hsb[s] = (AUTO -> PRIMARY_ALONE : PRIMARY_UNCERTAIN);
        if :: AUTO && crashed != s -> commit_pending(s) :: else fi
    :: hsb[s] == SECONDARY_ACTIVE -> hsb[s] = SECONDARY_ALONE
    :: else
    fi
}
inline cut_apart(with_pending, crashed) {
    if
    :: joined == CONNECTED ->
        joined = BROKEN;
        lose_peer(0, with_pending, crashed); lose_peer(1, with_pending, crashed)
    :: else
    fi
}
inline crash(s, with_pending) {
    cut_apart(with_pending, s); phase[s] = P_DOWN; fresh(s)
}
inline start_server(s, listens) {
    phase[s] = (listens -> P_STARTING_TO_LISTEN : P_STARTING)
}
inline shut_down(s) {
    if :: joined == CONNECTED -> part() :: else fi;
    phase[s] = P_STOPPING; fresh(s)
}
inline set_state(s, to) {
    if :: IS_SERVING(to) -> commit_pending(s) :: else fi;
    hsb[s] = to;
    if :: to == STANDALONE -> kept[s] = 0 :: else fi
}
inline begin_netcopy() {
    if
    :: link_up && (phase[1 - by] == P_LISTENING || (phase[1 - by] == P_UP && hsb[1 - by] == SECONDARY_ALONE)) ->
        fresh(1 - by); phase[1 - by] = P_RECEIVING; incomplete[1 - by] = 1; equalise()
    :: else -> last_copy[by] = ERROR; over()
    fi
}
inline begins() {
    running = 1;
    if
    :: op == NETCOPY -> begin_netcopy()
    :: op == DISCONNECT || op == SWITCH -> ship_all()
    :: else
    fi
}
inline catches_up() {
    if
    :: REACHES(by) && IS_PRIMARY(hsb[1 - by]) != IS_PRIMARY(hsb[by]) && hsb[1 - by] != STANDALONE && !SECONDARY_IS_AHEAD(by) && !LOG_IS_GONE(by) -> joined = CATCHUP
    :: else -> over()
    fi
}
inline connected(primary, secondary) {
    hsb[primary] = PRIMARY_ACTIVE; hsb[secondary] = SECONDARY_ACTIVE; joined = CONNECTED; equalise()
}
inline swap_role(s) {
    hsb[s] = (hsb[s] == PRIMARY_ACTIVE -> SECONDARY_ACTIVE : PRIMARY_ACTIVE); last_switch[s] = SUCCESS
}
inline ends() {
    if
    :: op == CONNECT ->
        if
        :: UP(0) && IS_PRIMARY(hsb[0]) -> connected(0, 1)
        :: !(UP(0) && IS_PRIMARY(hsb[0])) && UP(1) && IS_PRIMARY(hsb[1]) -> connected(1, 0)
        :: else
        fi
    :: op == DISCONNECT -> part()
    :: op == SWITCH -> swap_role(0); swap_role(1)
    :: op == STEP_DOWN -> hsb[by] = SECONDARY_ALONE; last_switch[by] = SUCCESS
    :: op == NETCOPY -> incomplete[1 - by] = 0; phase[1 - by] = P_UP; last_copy[by] = SUCCESS
    fi;
    over()
}

/* ---- What can happen by itself. */
#define W_STARTED   1
#define W_STOPPED   2
#define W_SHIPS     3
#define W_BEGINS    4
#define W_CATCHES   5
#define W_ENDS      6
#define W_COMMITS   7
#define W_HEALS     8
#define W_PROMOTES  9
#define W_STARTS   10
#define W_CONNECTS 11
#define W_COPIES   12
/* From here on it costs a fault. */
#define W_FAULTS   20
#define W_CRASH    20
#define W_CRASH_P  21
#define W_CUT      22
#define W_CUT_P    23
#define W_COPY_FAILS    24
#define W_CATCHUP_FAILS 25
#define W_SWITCH_FAILS  26
#define W_MAX_LOG  27
#define W_FULL     28

#define CAN_STOP(s)     (phase[s] == P_STOPPING)
#define CAN_SHIP(s)     (ONE_SAFE && joined == CONNECTED && ahead[s])
#define CAN_BEGIN       (op != NONE && !running)
#define CAN_CATCH_UP    (op == CONNECT && running && joined == BROKEN)
#define CAN_END         (op != NONE && running && !(op == CONNECT && joined == BROKEN))
#define CAN_COMMIT(s)   (SERVES(s) && !disk_full[s] && !(joined == CONNECTED && !ONE_SAFE) && !ahead[s])
#define CAN_CRASH(s)    (phase[s] != P_DOWN)
#define CAN_FILL(s)     (UP(s) && !disk_full[s])
#define CAN_RUN_OUT(s)  (UP(s) && hsb[s] == PRIMARY_ALONE)

/* The watchdog, by its rules in docs/simulator.md. */
#define IN_THE_DARK     (BLIND && !link_up)
#define PEER_IS_GONE(s) (IN_THE_DARK || STATE(OTHER(s)) == DOWN || STATE(OTHER(s)) == OFFLINE)
#define PEER_FOLLOWS(s) (!IN_THE_DARK && STATE(OTHER(s)) == SECONDARY_ALONE)
#define PROMOTES_SECONDARY(s) (hsb[s] == SECONDARY_ALONE && !(op == NETCOPY && by == OTHER(s)) && (PEER_FOLLOWS(s) -> (ahead[s] || !ahead[OTHER(s)]) : PEER_IS_GONE(s)))
#define PROMOTES_UNCERTAIN(s) (hsb[s] == PRIMARY_UNCERTAIN && (IN_THE_DARK || !SERVES(OTHER(s))))
#define PROMOTES_STANDALONE(s) (hsb[s] == STANDALONE && (PEER_IS_GONE(s) || PEER_FOLLOWS(s)))
#define CAN_PROMOTE(s)  (watchdog && UP(s) && (PROMOTES_SECONDARY(s) || PROMOTES_UNCERTAIN(s) || PROMOTES_STANDALONE(s)) && MODEL_SET_PRIMARY_ALONE(s) == 0)
#define CAN_RESTART(s)  (watchdog && phase[s] == P_DOWN && !incomplete[s])
#define CAN_JOIN(s)     (watchdog && UP(s) && hsb[s] == PRIMARY_ALONE && UP(OTHER(s)) && hsb[OTHER(s)] == SECONDARY_ALONE)
#define JOIN_CODE(s)    MODEL_CONNECT_FROM_PRIMARY_ALONE(s)
#define CAN_RECONNECT(s) (CAN_JOIN(s) && JOIN_CODE(s) == 0)
#define CAN_COPY(s)     (CAN_JOIN(s) && (JOIN_CODE(s) == 14524 || JOIN_CODE(s) == 14525 || JOIN_CODE(s) == 14708) && MODEL_NETCOPY_FROM_PRIMARY_ALONE(s) == 0)

#define MOVES_OF(s)     (IS_STARTING(s) || CAN_STOP(s) || CAN_SHIP(s))
#define DEEDS_OF(s)     (CAN_PROMOTE(s) || CAN_RESTART(s) || CAN_RECONNECT(s) || CAN_COPY(s))
#define IN_PROGRESS     (op != NONE || MOVES_OF(0) || MOVES_OF(1) || DEEDS_OF(0) || DEEDS_OF(1))
#define ONLY_ACCEPTED   (op != NONE && !running)

/* What is in progress comes to nothing by it. */
#define ENDS_BY(w, x) (((w == W_CRASH || w == W_CRASH_P || w == W_MAX_LOG) && HAS_A_PART(x)) || ((w == W_CUT || w == W_CUT_P) && op != NONE && op != STEP_DOWN) || (w >= W_COPY_FAILS && w <= W_SWITCH_FAILS))

/* Lets w happen, to server x where it is one server's. */
inline happen(w, x) {
    if :: ENDS_BY(w, x) -> abandon() :: else fi;
    if
    :: w == W_STARTED -> phase[x] = (phase[x] == P_STARTING -> P_UP : P_LISTENING); hsb[x] = SECONDARY_ALONE
    :: w == W_STOPPED -> phase[x] = P_DOWN; fresh(x)
    :: w == W_SHIPS -> ahead[x] = 0
    :: w == W_BEGINS -> begins()
    :: w == W_CATCHES -> catches_up()
    :: w == W_ENDS -> ends()
    :: w == W_COMMITS -> ahead[x] = 1
    :: w == W_HEALS -> link_up = 1
    :: w == W_PROMOTES -> set_state(x, PRIMARY_ALONE)
    :: w == W_STARTS -> start_server(x, 0)
    :: w == W_CONNECTS -> accept(CONNECT, x)
    :: w == W_COPIES -> accept(NETCOPY, x)
    :: w == W_CRASH || w == W_CRASH_P -> crash(x, (w == W_CRASH_P))
    :: w == W_CUT || w == W_CUT_P -> link_up = 0; cut_apart((w == W_CUT_P), 2)
    :: w >= W_COPY_FAILS && w <= W_SWITCH_FAILS
    :: w == W_MAX_LOG -> hsb[x] = STANDALONE; kept[x] = 0
    :: w == W_FULL -> disk_full[x] = 1
    fi
}
