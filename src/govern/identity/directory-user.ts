// People as a directory exports them: one form for all exports, and entries of one person merged.

/** Entries of one file. */
export const USERS_MAX = 50_000;
export const TEXT_CHARS_MAX = 256;
/** Groups and addresses of one person. */
export const LIST_MAX = 1_000;

/** A person. Names and addresses are in the form that they are compared in. */
export type DirectoryUser = {
  readonly userNames: readonly string[];
  readonly externalIds: readonly string[];
  readonly emails: readonly string[];
  readonly isActive: boolean;
  /** Undefined where the directory says nothing of groups. */
  readonly groups: readonly string[] | undefined;
};

/** An export as it was read, or the first thing that is wrong with it. */
export type DirectoryRead =
  | { readonly kind: "read"; readonly users: readonly DirectoryUser[] }
  | { readonly kind: "fault"; readonly why: string };

/** Adds to the list of a key. */
export function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** A name or an address as it is compared: RFC 7643, 4.1.1 has user names without regard to case. */
export function comparable(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

/**
 * Merges entries that share a user name, an external id or an address: of one person who stands twice, an entry that is not
 * active counts, and groups add up.
 */
export function mergedUsers(users: readonly DirectoryUser[]): readonly DirectoryUser[] {
  const place = users.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (place[root] !== root) root = place[root] ?? root;
    for (let step = at; step !== root; ) {
      const next = place[step] ?? root;
      place[step] = root;
      step = next;
    }
    return root;
  };
  const known = new Map<string, number>();
  for (const [at, user] of users.entries())
    for (const key of keysOf(user)) {
      const before = known.get(key);
      if (before === undefined) known.set(key, at);
      else place[rootOf(at)] = rootOf(before);
    }
  const found = new Map<number, DirectoryUser[]>();
  for (const [at, user] of users.entries()) {
    const root = rootOf(at);
    addTo(found, root, user);
  }
  return [...found.values()].flatMap((same) => (same.length === 1 ? same : [together(same)]));
}

function together(same: readonly DirectoryUser[]): DirectoryUser {
  const all = (of: (user: DirectoryUser) => readonly string[]): readonly string[] => [
    ...new Set(same.flatMap(of)),
  ];
  return {
    userNames: all((one) => one.userNames),
    externalIds: all((one) => one.externalIds),
    emails: all((one) => one.emails),
    isActive: same.every((one) => one.isActive),
    groups: same.some((one) => one.groups !== undefined)
      ? all((one) => one.groups ?? [])
      : undefined,
  };
}

function keysOf({ userNames, externalIds, emails }: DirectoryUser): readonly string[] {
  return [
    ...userNames.map((one) => `name ${one}`),
    ...externalIds.map((one) => `id ${one}`),
    ...emails.map((one) => `mail ${one}`),
  ];
}

/** What a login says of who it is. */
export type LoginIdentity = {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly emails: readonly string[];
};

/** The person of a login: one that is not active counts before all, then who has its id, its name, its address. */
export type PersonFound =
  | { readonly kind: "found"; readonly user: DirectoryUser }
  | { readonly kind: "locked" | "nobody" | "several" };

/** Builds the question. */
export function personFinder(
  users: readonly DirectoryUser[],
): (login: LoginIdentity) => PersonFound {
  const by = (of: (user: DirectoryUser) => readonly string[]): Map<string, DirectoryUser[]> => {
    const found = new Map<string, DirectoryUser[]>();
    for (const user of users) for (const key of of(user)) addTo(found, key, user);
    return found;
  };
  const byId = by((one) => one.externalIds);
  const byName = by((one) => one.userNames);
  const byMail = by((one) => one.emails);
  return ({ ids, names, emails }) => {
    const matches = [
      ids.flatMap((one) => byId.get(one) ?? []),
      names.map(comparable).flatMap((one) => byName.get(one) ?? []),
      emails.map(comparable).flatMap((one) => byMail.get(one) ?? []),
    ].map((list) => new Set(list));
    if (matches.some((list) => [...list].some(({ isActive }) => !isActive)))
      return { kind: "locked" };
    const best = matches.find(({ size }) => size > 0);
    const [user] = best ?? [];
    if (user === undefined) return { kind: "nobody" };
    return best?.size === 1 ? { kind: "found", user } : { kind: "several" };
  };
}
