// What every project's settings get beside hooks, variables and what its policy refuses: switches and rules that do not depend on the policy.

/** A key of the client's settings that is written with one value. */
export type Switch = { readonly key: string; readonly value: boolean };

/**
 * Switches of a project's own local settings. Measured on 2.1.328 and 2.1.332: `false` there stands above `true` in the project's
 * shared settings and in the person's own, by which a repository would end every hook in silence.
 */
export const FIXED_SWITCHES: readonly Switch[] = [{ key: "disableAllHooks", value: false }];

/** Rules of the client that refuse, whatever the policy says. Not written where nothing is refused (`observe`). */
export const FIXED_RULES: readonly string[] = [];
