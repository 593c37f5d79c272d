// Commands about incidents.
import { command, common, group, type Section } from "../command-line/entry.ts";

const CHANGED = { 0: "done", 2: "there is no such incident, or it cannot be done" };

export const respondSection: Section = {
  title: "respond",
  commands: {
    inbox: common(
      command(
        "everything that needs you, what is lost soonest by waiting first",
        async () => (await import("../commands/respond/inbox.ts")).inboxCommand,
        {
          0: "nothing needs you, or it was decided",
          1: "something needs you, or what was decided does not count",
          2: "it cannot be told or done",
        },
      ),
    ),
    block: group(
      "cut something off for every session, or tighten a project",
      `What nobody reaches any more, or only with a person's yes: hosts, MCP servers, tools; exceptions that do not count; stricter projects

  sallyport block add host drop.example.net --reason "incident inc-01k7"
  sallyport block add server tracker --reason "its tools changed"
  sallyport block add tool WebFetch --ask --reason "a poisoned page"
  sallyport block add exception 01k7zq --reason "it was used for something else"
  sallyport block add project ~/shop --pack tier-regulated --reason "incident inc-01k7"
  sallyport block list
  sallyport block remove 00112233445566aa`,
      {
        add: command(
          "cut something off, from the next call on",
          async () => (await import("../commands/respond/block.ts")).addCommand,
          { 0: "blocked", 2: "that is no name, or it cannot be done" },
        ),
        list: command(
          "what is cut off, by whom and why",
          async () => (await import("../commands/respond/block.ts")).listCommand,
          { 0: "nothing is", 1: "something is", 2: "the list cannot be read" },
        ),
        remove: command(
          "take it back; typed at a terminal",
          async () => (await import("../commands/respond/block.ts")).removeCommand,
          { 0: "open again", 1: "the word was not typed", 2: "there is none of this id" },
        ),
      },
    ),
    incident: common(
      group(
        "what was detected while it happened, and what is done about it",
        `Incidents: alerts that belong together, who has them, what was done

  sallyport incident list                                     those that are not closed
  sallyport incident show inc-01k7                            one with its alerts and what was done
  sallyport incident take inc-01k7                            it is yours
  sallyport incident quarantine inc-01k7                      every further call of its sessions is refused
  sallyport incident note inc-01k7 --note "the key is revoked"
  sallyport incident close inc-01k7 --outcome blocked-by-hook

What to do about it, and what is kept of it:

  sallyport incident start inc-01k7 credential-exposure       a playbook, whose steps are checked off
  sallyport incident reconstruct inc-01k7                     its chain out of the log
  sallyport incident bundle inc-01k7 --out inc-01k7.tar       the evidence, with digests
  sallyport incident regress inc-01k7 --out DIR               tests that it does not happen again
  sallyport incident drill credential-exposure                the same, practised`,
        {
          list: command(
            "the incidents that are not closed",
            async () => (await import("../commands/respond/incident-list.ts")).listCommand,
            { 0: "there is none", 1: "there are some", 2: "cannot be read" },
          ),
          show: command(
            "one incident: its alerts, what was done, who has it",
            async () => (await import("../commands/respond/incident-list.ts")).showCommand,
            { 0: "shown", 2: "there is no such incident" },
          ),
          take: command(
            "work on it: you own it from now on",
            async () => (await import("../commands/respond/incident-change.ts")).takeCommand,
            CHANGED,
          ),
          note: command(
            "write down what you found",
            async () => (await import("../commands/respond/incident-change.ts")).noteCommand,
            CHANGED,
          ),
          contain: command(
            "say that it goes no further",
            async () => (await import("../commands/respond/incident-change.ts")).containCommand,
            CHANGED,
          ),
          quarantine: command(
            "refuse every further call of its sessions",
            async () => (await import("../commands/respond/incident-change.ts")).quarantineCommand,
            CHANGED,
          ),
          close: command(
            "close it, and say how it was possible",
            async () => (await import("../commands/respond/incident-change.ts")).closeCommand,
            CHANGED,
          ),
          reopen: command(
            "open a closed one again",
            async () => (await import("../commands/respond/incident-change.ts")).reopenCommand,
            CHANGED,
          ),
          review: command(
            "open a review of the policy that let it happen",
            async () => (await import("../commands/respond/incident-change.ts")).reviewCommand,
            CHANGED,
          ),
          reviewed: command(
            "end that review, and say what came of it",
            async () => (await import("../commands/respond/incident-change.ts")).reviewedCommand,
            CHANGED,
          ),
          playbook: group(
            "what to do about an incident, step by step",
            `Playbooks: what to do about a kind of incident, by phase

  sallyport incident playbook list
  sallyport incident playbook show key-in-git --incident inc-01k7`,
            {
              list: command(
                "the playbooks, and what they are for",
                async () =>
                  (await import("../commands/respond/incident-playbook.ts")).playbookListCommand,
                { 0: "listed" },
              ),
              show: command(
                "one playbook with its steps",
                async () =>
                  (await import("../commands/respond/incident-playbook.ts")).playbookShowCommand,
                { 0: "shown", 2: "there is no such playbook or incident" },
              ),
            },
          ),
          start: command(
            "begin a playbook in an incident",
            async () => (await import("../commands/respond/incident-playbook.ts")).startCommand,
            CHANGED,
          ),
          done: command(
            "check a step of a playbook off",
            async () => (await import("../commands/respond/incident-playbook.ts")).doneCommand,
            CHANGED,
          ),
          reconstruct: command(
            "its chain out of the log, in seven steps",
            async () =>
              (await import("../commands/respond/incident-reconstruct.ts")).reconstructCommand,
            { 0: "told", 2: "there is no such incident, or no log" },
          ),
          bundle: command(
            "its evidence in one archive with digests; or check one",
            async () => (await import("../commands/respond/incident-bundle.ts")).bundleCommand,
            {
              0: "written, or nothing in it was changed",
              1: "something in the bundle was changed",
              2: "there is no such incident or file, or it cannot be written",
            },
          ),
          regress: command(
            "turn it into a red-team case and a policy test",
            async () => (await import("../commands/respond/incident-regress.ts")).regressCommand,
            { 0: "written", 2: "there is no such incident, or it cannot be written" },
          ),
          drill: command(
            "practise a playbook on a made-up incident",
            async () => (await import("../commands/respond/incident-drill.ts")).drillCommand,
            { 0: "opened", 2: "there is no such playbook, or it cannot be opened" },
          ),
          drills: command(
            "the drills on record, with date and duration",
            async () => (await import("../commands/respond/incident-drill.ts")).drillsCommand,
            { 0: "listed", 1: "a file of an incident cannot be read" },
          ),
        },
      ),
    ),
  },
};
