// Checks of how hooks answer: the form of a decision, its event, its value, and what is printed beside it.
import type { Fault, Looks } from "../../check.ts";
import { faultAt, type HookCode, isRefusal, isSameRun } from "../../hook-script/codes.ts";
import type { Printed } from "../../hook-script/reading.ts";
import { codeLook } from "./looking.ts";
import { packageScripts } from "../../scripts-seen.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";

const value = (text: string, name: string): string | undefined =>
  new RegExp(`\\\\?["']?\\b${name}\\\\?["']?\\s*[:=]\\s*\\\\?["']([\\w-]+)`).exec(text)?.[1];
/** Every text that a member may have: both of a condition, all of a name that is set more than once. */
function valuesOf(
  text: string,
  name: string,
): readonly { readonly text: string; readonly isOther: boolean }[] {
  const start = new RegExp(`\\\\?["']?\\b${name}\\\\?["']?\\s*[:=]\\s*`).exec(text);
  if (start === null) return [];
  const rest = text.slice(start.index + start[0].length);
  const expression =
    /^(?:\\?["'][^"']*\\?["']|[^,}\n"'])*/.exec(
      rest.split(/;\s*[A-Za-z]\w*\s*=(?![=~])/)[0] ?? "",
    )?.[0] ?? "";
  // WHY: what a condition compares with is no value of it.
  const isCondition = /\?|\bif\b/.test(expression);
  if (/\b(?:None|null|undefined)\b/.test(expression) && !isCondition) return [];
  const shown = expression
    .replace(/\b(?:if|\?)\s(?:(?!\belse\b).)*?["'][\w-]+["'].*?(?=\belse\b|$)/, " ")
    .replaceAll(/\bif\b[^]*?\belse\b/g, " : ")
    .replaceAll(/^[^?:]*\?|:(?=[^?:]*\?)[^?:]*\?/g, " ");
  return [...shown.matchAll(/(:\s*)?\\?["']([\w-]+)\\?["']/g)].map((match, at) => ({
    text: match[2] ?? "",
    isOther: isCondition && (match[1] !== undefined || at > 0),
  }));
}
const toClient = ({ printed }: HookCode["reading"]): readonly Printed[] =>
  printed.filter(({ to }) => to === 1);
const isAnswer = (text: string): boolean =>
  /hookSpecificOutput|permissionDecision|["']?\bdecision\\?["']?\s*[:=]\s*\\?["']|updatedToolOutput|["']continue["']\s*:/.test(
    text,
  );
/** Texts to the client that are meant as an answer. */
export const answers = (code: HookCode): readonly Printed[] =>
  toClient(code.reading).filter(({ text }) => isAnswer(text));

function eachAnswer(look: (answer: Printed, code: HookCode) => readonly Fault[]) {
  return codeLook((code) => answers(code).flatMap((answer) => look(answer, code)));
}

/** The same of every text that goes to the client. */
function eachPrinted(look: (answer: Printed, code: HookCode) => readonly Fault[]) {
  return codeLook((code) => toClient(code.reading).flatMap((printed) => look(printed, code)));
}

/** Words of an answer by which people mean a refusal. */
const INVENTED_REFUSAL =
  /^[^{]*\{[^]*(?:["']?\b(?:action|status|result|verdict|permission|outcome)\\?["']?\s*:\s*\\?["'](?:block(?:ed)?|den(?:y|ied)|reject(?:ed)?|refused?)\b|["']?\b(?:allow(?:ed)?|approved?|permit(?:ted)?|ok|proceed)\\?["']?\s*:\s*[Ff]alse\b|["']?\b(?:block(?:ed)?|den(?:y|ied)|reject(?:ed)?)\\?["']?\s*:\s*[Tt]rue\b)/;
const GUARDED = new Set(["PreToolUse", "PermissionRequest", "UserPromptSubmit"]);

/** Functions about answers. */
export const answerLooks: Looks = {
  "legacy-decision": eachPrinted((answer, code) => {
    if (!isAnswer(answer.text))
      return GUARDED.has(code.hook.event) && INVENTED_REFUSAL.test(answer.text)
        ? [
            faultAt(
              code,
              answer,
              "the client knows no such answer: it is not read and the call runs",
              "print `hookSpecificOutput` with `hookEventName` and `permissionDecision`",
            ),
          ]
        : [];
    if (/permissionDecision|hookSpecificOutput/.test(answer.text)) return [];
    const decision = valuesOf(answer.text, "decision").find(
      ({ text }) => text !== "block" && text !== "approve",
    )?.text;
    if (decision === undefined) return [];
    return [
      faultAt(
        code,
        answer,
        `\`decision\` takes \`approve\` and \`block\`: \`${decision}\` is not read and the call runs`,
        "print `hookSpecificOutput` with `hookEventName` and `permissionDecision`",
      ),
    ];
  }),
  "approves-by-default": eachAnswer((answer, code) => {
    if (code.hook.event !== "PreToolUse" && code.hook.event !== "PermissionRequest") return [];
    const given = ["permissionDecision", "decision", "behavior"]
      .map((name) => valuesOf(answer.text, name))
      .find((found) => found.length > 0);
    const found = given?.find(({ text }) => text === "approve" || text === "allow");
    if (given === undefined || found === undefined) return [];
    const decision = found.text;
    const isFallback = found.isOther
      ? given.some(({ text }) => text === "deny" || text === "ask" || text === "block")
      : (answer.branches.filter((one) => !one.startsWith("def")).length === 0 &&
          !passesBefore(code, answer)) ||
        isElse(code, answer);
    return isFallback
      ? [
          faultAt(
            code,
            answer,
            `\`${decision}\` for whatever was not refused takes the question away`,
            "print nothing where the hook has nothing to say",
          ),
        ]
      : [];
  }),
  "missing-event-name": eachAnswer((answer, code) =>
    /hookSpecificOutput/.test(answer.text) && !/hookEventName/.test(answer.text)
      ? [
          faultAt(
            code,
            answer,
            "the answer names no `hookEventName` and is not read",
            `add "hookEventName": "${code.hook.event}"`,
          ),
        ]
      : [],
  ),
  "wrong-event-name": eachAnswer((answer, code) => {
    const named = value(answer.text, "hookEventName");
    return named !== undefined && named !== code.hook.event && /^[A-Z]\w+$|^\w+$/.test(named)
      ? [
          faultAt(
            code,
            answer,
            `the answer is for \`${named}\` and the hook for \`${code.hook.event}\`: it is not read`,
            `write "hookEventName": "${code.hook.event}"`,
          ),
        ]
      : [];
  }),
  "top-level-decision": eachAnswer((answer, code) =>
    /permissionDecision/.test(answer.text) &&
    !/hookSpecificOutput/.test(answer.text) &&
    !isInner(answer, code)
      ? [
          faultAt(
            code,
            answer,
            "`permissionDecision` at the top of the answer is not read",
            "put it into `hookSpecificOutput`, with `hookEventName`",
          ),
        ]
      : [],
  ),
  "answer-on-standard-error": codeLook((code) =>
    GUARDED.has(code.hook.event)
      ? code.reading.printed
          .filter(
            (one) =>
              one.to === 2 &&
              /hookSpecificOutput|permissionDecision|["']decision\\?["']?\s*:/.test(one.text) &&
              isRefusal(one.text) &&
              !isHeldBeside(code, one),
          )
          .map((one) =>
            faultAt(
              code,
              one,
              "a decision on standard error is not read: the client looks at standard output, and the call runs",
              "print it to standard output",
            ),
          )
      : [],
  ),
  "unknown-decision": eachAnswer((answer, code) => {
    const decision = valuesOf(answer.text, "permissionDecision").find(
      ({ text }) => !["allow", "deny", "ask", "defer"].includes(text),
    )?.text;
    return decision === undefined
      ? []
      : [
          faultAt(
            code,
            answer,
            `\`permissionDecision\` takes allow, deny, ask and defer: \`${decision}\` is not read and the call runs`,
          ),
        ];
  }),
  "noise-around-json": codeLook((code, auditInputs) => {
    const header = runnerHeader(code, auditInputs);
    if (header !== undefined) return [header];
    const decisions = answers(code);
    return toClient(code.reading)
      .filter(
        (one) =>
          !isAnswer(one.text) &&
          one.text.replaceAll(/[\u0001\u0002\s]/g, "") !== "" &&
          !/^\s*[{}]/.test(one.text) &&
          !one.isBuilt,
      )
      .filter((one) =>
        decisions.some(
          (answer) => isSameRun(answer.branches, one.branches) && !endsBetween(code, one, answer),
        ),
      )
      .map((one) =>
        faultAt(
          code,
          one,
          "text beside the JSON: the client reads neither, and the call runs",
          "print it to standard error",
        ),
      );
  }),
  "redaction-ignored": eachAnswer((answer, code) =>
    /updatedToolOutput\\?["']?\s*[:=]\s*(?:\\?["'](?!\s*\+?\s*\{)|\$\w+|\u0002|\u0001|\(?\s*\.tool_response\.\w+|(?:re\.sub|str)\(|[\w.[\]"']+\.(?:replace|replaceAll|sub|join|trim|strip)\(|[\w.[\]"']*(?:tool_response|tool_output)[\w.[\]"']*(?:stdout|output|content|text)["'\]]*\s*[,})\n])/.test(
      answer.text,
    )
      ? [
          faultAt(
            code,
            answer,
            "`updatedToolOutput` as plain text is ignored: the output reaches the model as it was",
            "give it in the tool's own form",
          ),
        ]
      : [],
  ),
};

/** Whether the same run is held by its status, or by an answer where the client reads it. */
function isHeldBeside({ reading }: HookCode, { branches, order }: Printed): boolean {
  return (
    reading.ended.some(
      (end) => end.status === 2 && end.order > order && isSameRun(end.branches, branches),
    ) || toClient(reading).some((one) => isRefusal(one.text) && isSameRun(one.branches, branches))
  );
}

/** What a package manager prints before the script that it runs, where that script answers in JSON. */
function runnerHeader(code: HookCode, auditInputs: AuditInputs): Fault | undefined {
  if (!code.isInline || !/ToolUse|Permission|Prompt|Stop|SessionStart/.test(code.hook.event))
    return undefined;
  const run =
    /\b(?:npm|pnpm|yarn)\b((?:\s+(?:-\S+|(?<=--prefix |-C |--dir |--cwd )\S+))*)\s+(?:run(?:-script)?\s+)?([a-z][\w:-]*)/.exec(
      code.text.replaceAll('"', ""),
    );
  if (run === null || /\s(?:-s|--silent|--quiet|--loglevel[= ]?silent)\b/.test(code.text))
    return undefined;
  const script = packageScripts(auditInputs).find(({ name }) => name === run[2]);
  const named = /[\w./-]+\.(?:[cm]?js|ts|py|sh|rb)\b/.exec(script?.command ?? "")?.[0];
  const folder = script?.file.path.replace(/[^/]*$/, "") ?? "";
  const text =
    named === undefined
      ? ""
      : auditInputs.repository.files.get(`${folder}${named.replace(/^\.\//, "")}`)?.text;
  return text !== undefined && isAnswer(text)
    ? faultAt(
        code,
        { at: run.index, text: code.text },
        "the package manager prints its own lines before the JSON: the client reads neither, and the call runs",
        "start the script itself, or add `--silent`",
      )
    : undefined;
}

/** Whether a print stands in an `else` or a default of a `case`. */
function isElse({ text }: HookCode, { order }: Printed): boolean {
  const before = text.slice(Math.max(0, order - 200), order);
  return /(?:\belse\b\s*:?\s*\{?|\*\))\s*(?:\n\s*)?(?:[^\n]*)$/.test(
    before.trimEnd().split("\n").slice(-2).join("\n"),
  );
}

/** Whether the program leaves before an answer with nothing said, so that the answer is not for all that is left. */
function passesBefore({ reading, text }: HookCode, { order }: Printed): boolean {
  // What a function of the program's own says is told at its calls; its end stands within it.
  const saysItself = (place: number) =>
    /\b(?:print|write|log)\s*\([^]*$/.test(
      text.slice(Math.max(0, place - 400), place).replace(/^[^]*(?:\bdef|\bfunction)\s/, ""),
    );
  return reading.ended.some(
    (end) =>
      end.status === 0 &&
      end.order < order &&
      end.onInput &&
      end.branches.length > 0 &&
      !(end.branches.every((one) => one.startsWith("def")) && saysItself(end.at)) &&
      !reading.printed.some(
        ({ to, branches, order: at }) =>
          to === 1 && at < end.order && isSameRun(branches, end.branches) && branches.length > 0,
      ),
  );
}

/** WHY: an object may be put into `hookSpecificOutput` on another line. */
function isInner({ text }: Printed, code: HookCode): boolean {
  return code.text.includes("hookSpecificOutput") && !text.includes("{");
}

/** Whether the program ends between two prints of one branch. */
function endsBetween({ reading }: HookCode, one: Printed, answer: Printed): boolean {
  const [from, to] = one.order < answer.order ? [one, answer] : [answer, one];
  return reading.ended.some(
    ({ order, branches }) =>
      order > from.order &&
      order < to.order &&
      isSameRun(branches, from.branches) &&
      branches.length <= from.branches.length,
  );
}
