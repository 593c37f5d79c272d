// What every project's settings get beside hooks, variables and what its policy refuses: switches that do not depend on the policy.

/** A key of the client's settings that is written with one value. */
export type Switch = { readonly key: string; readonly value: boolean | string };

/** The key that names the agent by which a session is made. */
export const AGENT_KEY = "agent";

/**
 * Switches of a project's own local settings, which stand above the project's shared settings and the person's own. Measured on
 * 2.1.197 to 2.1.332. By `true` for the first one a repository would end every hook in silence. By a name for the second one it
 * would choose an agent whose hooks and servers run before any hook of ours is asked; an empty one means none (`null` means nothing).
 */
export const FIXED_SWITCHES: readonly Switch[] = [
  { key: "disableAllHooks", value: false },
  { key: AGENT_KEY, value: "" },
];

/** Whether a value does what the switch is for. WHY any name: it is written in a person's own file, which no repository brings. */
export function switchStands({ value }: Switch, present: unknown): boolean {
  return typeof value === "string" ? typeof present === "string" : present === value;
}
