package import AmberKernel

/// Who the program is inside: ids, and how they are mapped to those outside (user_namespaces(7)).
package struct SandboxIdentity: Hashable, Sendable {
    package var userID: UInt32
    package var groupID: UInt32
    package var groups: [UInt32]
    package var userMap: [IdentityMap]
    package var groupMap: [IdentityMap]

    /// The recorded ids for an ordinary user: one user, one group, both mapped to the caller's own.
    package static func single(
        user: UInt32, group: UInt32, callerUser: UInt32, callerGroup: UInt32
    ) -> SandboxIdentity {
        SandboxIdentity(
            userID: user, groupID: group, groups: [],
            userMap: [IdentityMap(inside: user, outside: callerUser, count: 1)],
            groupMap: [IdentityMap(inside: group, outside: callerGroup, count: 1)])
    }

    /// The recorded ids for root: every id maps to itself, so that owners and permissions are production's.
    package static func full(user: UInt32, group: UInt32, groups: [UInt32]) -> SandboxIdentity {
        let all = [IdentityMap(inside: 0, outside: 0, count: UInt32.max)]
        return SandboxIdentity(userID: user, groupID: group, groups: groups, userMap: all, groupMap: all)
    }

    /// True where one id stands for all: setgroups(2) must be denied before gid_map may be written.
    package var isSingle: Bool { groupMap.first?.isSingle ?? false }

    /// Maps the ids of a process that waits in its new user namespace.
    ///
    /// - Throws: `SyscallError`: EPERM where this user may not map these ids.
    package func map(_ processID: Int32) throws(SyscallError) {
        try IdentityMap.write(users: userMap, groups: groupMap, for: processID)
    }
}
