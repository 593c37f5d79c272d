// Who may do what in the dashboard: five roles, four of them in a line.

export const ROLES = ["viewer", "responder", "approver", "administrator", "auditor"] as const;
export type Role = (typeof ROLES)[number];

const RANKS: Readonly<Record<Exclude<Role, "auditor">, number>> = {
  viewer: 0,
  responder: 1,
  approver: 2,
  administrator: 3,
};

/** Whether somebody of this role may do what `needed` may. An auditor reads what a viewer reads, and changes nothing. */
export function mayAs(role: Role, needed: Exclude<Role, "auditor">): boolean {
  if (role === "auditor") return needed === "viewer";
  return RANKS[role] >= RANKS[needed];
}
