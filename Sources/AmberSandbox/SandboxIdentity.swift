/// Who the program is inside: ids, and how they are mapped to those outside (user_namespaces(7)).
package struct SandboxIdentity: Hashable, Sendable {
    /// One line of uid_map or gid_map.
    package struct Mapping: Hashable, Sendable {
        package var inside: UInt32
        package var outside: UInt32
        package var count: UInt32

        package init(inside: UInt32, outside: UInt32, count: UInt32) {
            self.inside = inside
            self.outside = outside
            self.count = count
        }

        var line: String { "\(inside) \(outside) \(count)\n" }
    }

    package var userID: UInt32
    package var groupID: UInt32
    package var groups: [UInt32]
    package var userMap: [Mapping]
    package var groupMap: [Mapping]

    /// The recorded ids for an ordinary user: one user, one group, both mapped to the caller's own.
    package static func single(
        user: UInt32, group: UInt32, callerUser: UInt32, callerGroup: UInt32
    ) -> SandboxIdentity {
        SandboxIdentity(
            userID: user, groupID: group, groups: [],
            userMap: [Mapping(inside: user, outside: callerUser, count: 1)],
            groupMap: [Mapping(inside: group, outside: callerGroup, count: 1)])
    }

    /// The recorded ids for root: every id maps to itself, so that owners and permissions are production's.
    package static func full(user: UInt32, group: UInt32, groups: [UInt32]) -> SandboxIdentity {
        let all = [Mapping(inside: 0, outside: 0, count: UInt32.max)]
        return SandboxIdentity(userID: user, groupID: group, groups: groups, userMap: all, groupMap: all)
    }

    /// True where one id stands for all: setgroups(2) must be denied before gid_map may be written.
    package var isSingle: Bool { groupMap.first?.count == 1 }
}
