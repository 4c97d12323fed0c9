//! How what an asynchronous command set going proceeds, ends and fails.

use super::super::State;
use super::{Connection, Kind, Last, Model, Operation, Phase, Side, Stage};

impl Model {
    /// From accepted to running. What the command found in order may have changed since: a connect then ends silently,
    /// a copy with an error.
    pub(super) fn begin(&mut self) {
        let Some(operation) = self.operation else { return };
        self.operation = Some(Operation { stage: Stage::Running, ..operation });
        match operation.kind {
            Kind::Netcopy => self.begin_netcopy(operation.by),
            Kind::Disconnect | Kind::Switch => self.ship_all(),
            Kind::Connect | Kind::StepDown | Kind::Copy => {}
        }
    }

    /// The target's database is overwritten from here on: the databases come from one another, and neither holds what
    /// the other one lacks but what is committed from now on. Source: 200; SRC.
    fn begin_netcopy(&mut self, source: Side) {
        let target = source.other();
        let receives = match self.server(target).phase {
            Phase::Listening => true,
            Phase::Up => self.server(target).hsb == State::SecondaryAlone,
            Phase::Down | Phase::Starting | Phase::StartingToListen | Phase::Receiving | Phase::Stopping => false,
        };
        if !self.link_up || !receives {
            self.end_copy(Last::Error);
            return;
        }
        let format = self.server(source).format;
        let receiver = self.server_mut(target);
        let autoconvert = receiver.autoconvert;
        receiver.fresh();
        receiver.phase = Phase::Receiving;
        receiver.autoconvert = autoconvert;
        (receiver.incomplete, receiver.clean, receiver.format) = (true, false, format);
        self.same_base = true;
        self.equalise();
    }

    /// A connect reaches the other server: catchup begins where it can, else the connect ends without a word.
    pub(super) fn begin_catchup(&mut self) {
        let Some(operation) = self.operation else { return };
        let peer = self.server(operation.by.other());
        let own_primary = self.server(operation.by).hsb.is_primary();
        let roles_fit = self.link_up && peer.phase == Phase::Up && peer.hsb.is_primary() != own_primary;
        let data_fits = self.same_base && !self.secondary_is_ahead(operation.by) && !self.log_is_gone(operation.by);
        if roles_fit && peer.hsb != State::Standalone && data_fits {
            self.connection = Connection::Catchup;
        } else {
            self.operation = None;
        }
    }

    /// The running operation reaches its end.
    pub(super) fn finish(&mut self) {
        let Some(operation) = self.running() else { return };
        match operation.kind {
            Kind::Connect => self.connected(),
            Kind::Disconnect => self.part(),
            Kind::Switch => self.switched(),
            Kind::StepDown => {
                let server = self.server_mut(operation.by);
                (server.hsb, server.switch) = (State::SecondaryAlone, Last::Success);
            }
            Kind::Netcopy => self.netcopied(operation.by.other()),
            Kind::Copy => {}
        }
        match operation.kind {
            Kind::Netcopy | Kind::Copy => self.end_copy(Last::Success),
            Kind::Connect | Kind::Disconnect | Kind::Switch | Kind::StepDown => self.operation = None,
        }
    }

    fn connected(&mut self) {
        let Some(primary) = self.primary() else { return };
        self.server_mut(primary).hsb = State::PrimaryActive;
        self.server_mut(primary.other()).hsb = State::SecondaryActive;
        self.connection = Connection::Connected;
        self.equalise();
    }

    /// Connected servers part in good order: nothing stays unsent.
    pub(super) fn part(&mut self) {
        self.ship_all();
        self.connection = Connection::Broken;
        for side in Side::BOTH {
            self.alone(side, State::PrimaryAlone);
        }
    }

    /// ACTIVE becomes ALONE, or for a Primary what is said.
    pub(super) fn alone(&mut self, side: Side, primary: State) {
        let server = self.server_mut(side);
        server.hsb = match server.hsb {
            State::PrimaryActive => primary,
            State::SecondaryActive => State::SecondaryAlone,
            State::PrimaryAlone
            | State::PrimaryUncertain
            | State::SecondaryAlone
            | State::Standalone
            | State::Offline
            | State::Down => server.hsb,
        };
    }

    fn switched(&mut self) {
        for side in Side::BOTH {
            let server = self.server_mut(side);
            let was_primary = server.hsb == State::PrimaryActive;
            server.hsb = if was_primary { State::SecondaryActive } else { State::PrimaryActive };
            server.switch = Last::Success;
        }
    }

    /// The file has arrived. A receiver of a newer level opens it where it converts, else its process ends (INF).
    fn netcopied(&mut self, target: Side) {
        let converts = self.server(target).autoconvert || self.settings.listener_converts;
        let receiver = self.server_mut(target);
        (receiver.incomplete, receiver.clean) = (false, true);
        let level = receiver.binary.level();
        if receiver.format == level || (receiver.format < level && converts) {
            receiver.format = level;
            receiver.clean = false;
            receiver.phase = Phase::Up;
        } else {
            receiver.gone();
        }
    }

    /// A switch, catchup or copy in progress comes to nothing.
    pub(super) fn abandon(&mut self) {
        let Some(operation) = self.operation else { return };
        self.operation = None;
        match (operation.kind, operation.stage) {
            (Kind::Connect, _) => self.connection = Connection::Broken,
            (Kind::Switch, Stage::Running) => self.switch_failed(),
            (Kind::Switch | Kind::StepDown, _) => self.server_mut(operation.by).switch = Last::Error,
            (Kind::Netcopy, Stage::Running) => self.netcopy_broken(operation.by),
            (Kind::Netcopy | Kind::Copy, _) => self.server_mut(operation.by).copy = Last::Error,
            (Kind::Disconnect, Stage::Running) => self.part(),
            (Kind::Disconnect, Stage::Accepted) => {}
        }
    }

    /// The same where that server, or what joins it to the other one, has a part in it.
    pub(super) fn abandon_of(&mut self, side: Side) {
        if self.operation.is_some_and(|operation| operation.by == side || operation.is_joint()) {
            self.abandon();
        }
    }

    /// Both end as SECONDARY ALONE. Source: 100,200 table; of the Secondary INF.
    fn switch_failed(&mut self) {
        self.connection = Connection::Broken;
        for side in Side::BOTH {
            let server = self.server_mut(side);
            (server.hsb, server.switch) = (State::SecondaryAlone, Last::Error);
        }
    }

    /// The target waits again, its database incomplete. Source: 100,200 table; SRC 30573.
    fn netcopy_broken(&mut self, source: Side) {
        self.server_mut(source).copy = Last::Error;
        let receiver = self.server_mut(source.other());
        if receiver.phase == Phase::Receiving {
            receiver.phase = Phase::Listening;
        }
    }

    fn end_copy(&mut self, last: Last) {
        if let Some(operation) = self.operation.take() {
            self.server_mut(operation.by).copy = last;
        }
    }

    /// What a 1-safe Primary has not sent yet, it sends.
    pub(super) fn ship_all(&mut self) {
        if self.connection == Connection::Connected {
            for side in Side::BOTH {
                self.server_mut(side).ahead = false;
            }
        }
    }
}
