// Commands that look at settings, files, pipelines and single calls.
import { command, common, group, type Section } from "../command-line/entry.ts";
import { networkGroup } from "./network.ts";
import { redTeamGroup } from "./redteam.ts";
import { sandboxGroup } from "./sandbox.ts";

const STATED = {
  0: "stated",
  1: "the word was not typed",
  2: "cannot be done",
} as const;
const WITHDRAWN = {
  0: "withdrawn",
  1: "the word was not typed",
  2: "there is none of this id",
} as const;

export const checkSection: Section = {
  title: "check",
  commands: {
    audit: common(
      command(
        "say how safely the client is set up here, with evidence and what repairs it",
        async () => (await import("../commands/check/audit.ts")).auditCommand,
        { 0: "no finding at or above `--fail-on`", 1: "some", 2: "could not look" },
      ),
    ),
    scan: common(
      command(
        "say where secrets lie in files, changes and histories, without showing one",
        async () => (await import("../commands/check/scan.ts")).scanCommand,
        {
          0: "nothing found",
          1: "something found",
          2: "could not look; with `--ci` also: nothing found, and not everything could be looked at",
        },
      ),
    ),
    decide: command(
      "judge hook payloads from standard input, one JSON a line",
      async () => (await import("../commands/check/decide.ts")).decideCommand,
      { 0: "every line was judged", 1: "a line was answered with `error`" },
    ),
    ci: group(
      "look at pipelines, and run the client in one under a policy",
      `Look at pipelines, and run the client in them.

  sallyport ci check                              is this pipeline safe for an agent?
  sallyport ci init github                        files for a pipeline that runs the client
  sallyport ci run -- claude -p "fix the tests"   run it where it can be held`,
      {
        check: command(
          "what is unsafe in the pipelines of a repository",
          async () => (await import("../commands/check/ci-check.ts")).ciCheckCommand,
          {
            0: "no finding at or above `--fail-on`",
            1: "some, or a call of the acceptance test is judged wrong",
            2: "could not look",
          },
        ),
        run: command(
          "run the client without a person, where it can be held",
          async () => (await import("../commands/check/ci-run.ts")).ciRunCommand,
          {
            0: "it ended by itself",
            1: "the client failed, or calls that it was allowed did not run",
            2: "not started",
            3: "ended at its time limit",
            4: "with `--strict`: calls were refused",
          },
        ),
        open: command(
          "what the calls of a run said, with the key of the run",
          async () => (await import("../commands/check/ci-open.ts")).ciOpenCommand,
          { 0: "told", 2: "no such file, or another key" },
        ),
        init: command(
          "write the files of a pipeline that runs the client",
          async () => (await import("../commands/check/ci-init.ts")).ciInitCommand,
          { 0: "written, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
      },
    ),
    sandbox: sandboxGroup,
    network: networkGroup,
    "git-hooks": group(
      "scan what is committed and pushed, by hooks of git",
      `Hooks of git that scan what is committed and pushed.

  sallyport git-hooks install     put them in
  sallyport git-hooks status      are they in force?
  sallyport git-hooks remove      take them out`,
      {
        install: command(
          "put hooks of git in that scan what is committed and pushed",
          async () => (await import("../commands/check/git-hooks.ts")).installCommand,
          { 0: "installed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        remove: command(
          "take them out",
          async () => (await import("../commands/check/git-hooks.ts")).removeCommand,
          { 0: "removed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        status: command(
          "say whether they are in force",
          async () => (await import("../commands/check/git-hooks.ts")).statusCommand,
          {
            0: "all of ours are in force",
            1: "one is missing, replaced, not executable, or lets a made-up key through",
            2: "cannot be told",
          },
        ),
        run: command(
          "what the hooks call: judge one event of git",
          async () => (await import("../commands/check/git-hooks.ts")).runHookCommand,
          {
            0: "git may go on",
            1: "git may not: something was found; a hook that was there before ends with its own code",
            2: "git may not: could not look",
          },
        ),
      },
    ),
    ignores: group(
      "say whether what ignore files name is kept, and make it so",
      `Ignore files: whether what they name is kept from the agent.

  sallyport ignores check     what is named and not kept
  sallyport ignores write     write what is missing`,
      {
        check: command(
          "say what ignore files name and nothing keeps",
          async () => (await import("../commands/check/ignores.ts")).checkCommand,
          { 0: "no error or warning", 1: "some", 2: "could not look" },
        ),
        write: command(
          "write the lines and files that are missing",
          async () => (await import("../commands/check/ignores.ts")).writeCommand,
          { 0: "written, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
      },
    ),
    decoy: group(
      "plant made-up secrets whose touch is refused and told",
      `Made-up secrets whose touch is refused and told.

  sallyport decoy plant       put them where secrets lie
  sallyport decoy list        are they as they were planted?
  sallyport decoy remove      take them away`,
      {
        plant: command(
          "put made-up secrets where secrets lie",
          async () => (await import("../commands/check/decoy.ts")).plantCommand,
          { 0: "planted, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        list: command(
          "say where they are, and whether one was changed",
          async () => (await import("../commands/check/decoy.ts")).listCommand,
          {
            0: "all are as they were planted",
            1: "one was changed or is gone",
            2: "could not look",
          },
        ),
        remove: command(
          "take them away",
          async () => (await import("../commands/check/decoy.ts")).removeCommand,
          { 0: "removed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
      },
    ),
    redteam: redTeamGroup,
    comply: group(
      "count what the record shows for a control of a framework, and say what it does not",
      `Counts what the log shows for a control, and says what it does not prove.

  sallyport comply list                                the controls that there are
  sallyport comply show soc2/cc7-2 --since 2026-01-01  the evidence for one
  sallyport comply profile hipaa                       what applying a framework to this project would change
  sallyport comply status                              what of each framework is in force, and what is missing`,
      {
        profile: command(
          "apply a framework to a project: policy, retention, daily evidence; shown first",
          async () => (await import("../commands/evidence/comply-profile.ts")).profileCommand,
          {
            0: "nothing to change, or done",
            1: "something would change, or the word was not typed",
            2: "cannot be done",
          },
        ),
        status: command(
          "what of each framework is in force, and what is missing",
          async () => (await import("../commands/evidence/comply-profile.ts")).statusCommand,
          { 0: "nothing is missing", 1: "something is", 2: "could not look" },
        ),
        list: command(
          "the controls of each framework",
          async () => (await import("../commands/check/comply.ts")).listCommand,
        ),
        show: command(
          "count the evidence for one control over a period",
          async () => (await import("../commands/check/comply.ts")).showCommand,
          {
            0: "counted",
            1: "counted, with entries that this version cannot read",
            2: "could not count",
          },
        ),
      },
    ),
    evidence: group(
      "evidence for an assessment, in a signed archive",
      `Evidence packs for an assessment: collected, checked by whoever gets one, shown as a report.

  sallyport evidence collect --framework soc2 --from 2026-01-01 --to 2026-03-31 --out q1.tar
  sallyport evidence verify q1.tar --key KEY
  sallyport evidence report q1.tar --format html --out q1.html`,
      {
        collect: command(
          "collect the evidence of a period for the controls of a framework",
          async () => (await import("../commands/evidence/evidence-collect.ts")).collectCommand,
          {
            0: "written, and no control has a gap",
            1: "written, with gaps or controls without evidence",
            2: "could not collect",
          },
        ),
        verify: command(
          "check a pack with nothing but the log's key",
          async () => (await import("../commands/evidence/evidence-verify.ts")).verifyCommand,
          {
            0: "whole and signed by the log",
            1: "something in it was changed",
            2: "could not look",
          },
        ),
        report: command(
          "show a pack as a page, a table or OSCAL",
          async () => (await import("../commands/evidence/evidence-report.ts")).reportCommand,
          { 0: "shown", 2: "no whole pack, or the file cannot be written" },
        ),
        status: command(
          "say where the controls stand over the last days, and what changed",
          async () => (await import("../commands/evidence/evidence-status.ts")).statusCommand,
          {
            0: "every control is evidenced",
            1: "some have gaps or no evidence",
            2: "could not look",
          },
        ),
      },
    ),
    waiver: group(
      "accept a finding or a control as it is, until a day",
      `Findings and controls that a person accepts as they are, until a day.

  sallyport waiver add soc2/cc6-1 --for 90d --reason "accepted until the new gateway is in place"
  sallyport waiver list
  sallyport waiver withdraw 00112233445566aa`,
      {
        add: command(
          "accept a finding for a while; typed at a terminal, signed, on record",
          async () => (await import("../commands/check/statements.ts")).waiverCommands.add,
          STATED,
        ),
        list: command(
          "all of them, and which count now",
          async () => (await import("../commands/check/statements.ts")).waiverCommands.list,
        ),
        withdraw: command(
          "end one at once; typed at a terminal",
          async () => (await import("../commands/check/statements.ts")).waiverCommands.withdraw,
          WITHDRAWN,
        ),
      },
    ),
    calendar: group(
      "tasks that come back: what is due, and what was done",
      `Tasks that come back every day, week, month, quarter or year, with owners and records.

  sallyport calendar list
  sallyport calendar done review-log --note "12 alerts, all explained"
  sallyport calendar ics --out tasks.ics`,
      {
        list: command(
          "every task, when it was done last and when it is due",
          async () => (await import("../commands/check/calendar.ts")).listCommand,
          { 0: "none is overdue", 1: "some are overdue", 2: "the records cannot be read" },
        ),
        done: command(
          "record that a task was done; typed at a terminal",
          async () => (await import("../commands/check/calendar.ts")).doneCommand,
          STATED,
        ),
        ics: command(
          "the tasks as a file for calendars",
          async () => (await import("../commands/check/calendar.ts")).icsCommand,
          { 0: "written", 2: "cannot be written" },
        ),
      },
    ),
    attestation: group(
      "say that something is so after looking at it, until a day",
      `What a person looked at and says is so, until it is to be looked at again.

  sallyport attestation add soc2/cc6-1 --evidence review.pdf --for 90d
  sallyport attestation list
  sallyport attestation withdraw 00112233445566aa`,
      {
        add: command(
          "say that something is so after looking at it; typed at a terminal",
          async () => (await import("../commands/check/statements.ts")).attestationCommands.add,
          STATED,
        ),
        list: command(
          "all of them, and which count now",
          async () => (await import("../commands/check/statements.ts")).attestationCommands.list,
        ),
        withdraw: command(
          "end one at once; typed at a terminal",
          async () =>
            (await import("../commands/check/statements.ts")).attestationCommands.withdraw,
          WITHDRAWN,
        ),
      },
    ),
  },
};
