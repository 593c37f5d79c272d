// Commands of the red team, a group of the section of checks.
import { command, group } from "../command-line/entry.ts";

export const redTeamGroup = group(
  "attack the policy that is in force, with cases that are known and with new forms of them",
  `A red team against the policy that is in force. The guard is asked, or the real client is had in a jail.

  sallyport redteam run                     every case, and its commands in other forms
  sallyport redteam run --through client    every case as a session of the real client
  sallyport redteam list                    the families and their cases
  sallyport redteam due                     whether something changed since the last run
  sallyport redteam search --budget 20000   look for a form that gets through
  sallyport redteam import case.yaml        take over a case that an incident left`,
  {
    run: command(
      "judge every case, plainly and in other forms",
      async () => (await import("../commands/redteam/redteam-run.ts")).runCommand,
      {
        0: "every attack is stopped, and honest work runs",
        1: "something is not as expected",
        2: "cannot be done",
      },
    ),
    list: command(
      "the families and their cases",
      async () => (await import("../commands/redteam/redteam-more.ts")).listCommand,
    ),
    due: command(
      "whether something changed since the last run of all cases",
      async () => (await import("../commands/redteam/redteam-due.ts")).dueCommand,
      { 0: "no run is due", 1: "one is", 2: "cannot be told" },
    ),
    search: command(
      "look for forms that get through, by chance, and make them small",
      async () => (await import("../commands/redteam/redteam-more.ts")).searchCommand,
      { 0: "none got through", 1: "some did", 2: "cannot be done" },
    ),
    import: command(
      "take over a case that an incident left",
      async () => (await import("../commands/redteam/redteam-more.ts")).importCommand,
      { 0: "taken over, or known", 2: "it cannot be read, or tests nothing" },
    ),
  },
);
