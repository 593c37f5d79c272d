// Checks of what stands in the brackets of Bash rules: what the client reads as something else, and what gets around it.
import { readCommand } from "#guard/native/command-parts.ts";
import type { CheckRemark, FormSubject } from "./rule-remark.ts";

/** What is wrong with a rule about commands. */
export function commandFormRemarks({ tool, subject, list }: FormSubject): readonly CheckRemark[] {
  if (subject === undefined) return [];
  const idle = idleRemark(tool, subject, list);
  if (idle !== undefined) return [idle];
  return list === "allow" ? [] : gapRemarks(tool, subject, list);
}

function idleRemark(tool: string, pattern: string, list: string): CheckRemark | undefined {
  const write = (text: string) => `write \`${tool}(${text})\``;
  const words = pattern.replace(/:\*$/, "");
  if (words === "" || /:\*./s.test(pattern)) {
    return {
      id: "rule/prefix-misplaced",
      message:
        words === ""
          ? "`:*` follows no command: the client drops the rule"
          : "`:*` stands for a prefix at the end only: here it is a colon and any text",
      fix: words === "" ? `write \`${tool}\`` : write(`${pattern.replace(/:\*[\s\S]*/, "")}:*`),
    };
  }
  if (/^\s|\s{2}|\s:\*$/.test(pattern) || (!pattern.includes("*") && /\s$/.test(pattern))) {
    const clean = pattern.trim().replace(/\s+/g, " ").replace(/ :\*$/, ":*");
    const message = "the client compares commands with single spaces: this one matches nothing";
    return { id: "rule/spaces", message, fix: write(clean) };
  }
  if (pattern.endsWith(":*") && words.includes("*")) {
    return {
      id: "rule/star-before-prefix",
      message: "before `:*` a star stands for itself: the rule matches nothing",
      fix: write(`${words} *`),
    };
  }
  return separatorRemark(tool, pattern, list);
}

function alternation(rules: readonly string[]): CheckRemark {
  return {
    id: "rule/alternation",
    message: "a bar is no alternative in a rule: this one matches nothing",
    fix: `write ${rules.join(" and ")}`,
  };
}

function separatorRemark(tool: string, pattern: string, list: string): CheckRemark | undefined {
  const words = pattern.replace(/:\*$/, "");
  // WHY the allow alone: a deny holds a line that looks as it is written (measured), and is told of below.
  if (list === "allow" && SEPARATORS.test(words) && !pattern.includes("*"))
    return wholeLineRemark(tool, words);
  if (list === "allow" && SEPARATORS.test(words)) {
    const last = words.split(/\s*(?:\|\|?|&&|;|\|&|\n)\s*/).at(-1) ?? "";
    return {
      id: "rule/compound",
      message:
        "the client allows each command of a line by a rule of its own, so one about several allows nothing",
      fix: `write a rule for each command, such as \`${tool}(${last}:*)\``,
    };
  }
  if (/^[\w.-]+(?:\|[\w.-]+)+/.test(words)) {
    const rest = words.replace(/^[\w.|-]+/, "");
    const parts = words.slice(0, words.length - rest.length).split("|");
    return alternation(
      parts.map((part) => `\`${tool}(${part}${rest}${pattern.slice(words.length)})\``),
    );
  }
  if (/\w\|\w/.test(words) && /^[\w./-]+(?: [\w./-]+)*(?:\|[\w./-]+(?: [\w./-]+)*)+$/.test(words)) {
    const parts = words.split("|");
    return alternation(parts.map((part) => `\`${tool}(${part}${pattern.slice(words.length)})\``));
  }
  const choice = /^([^()|]*)\(([\w .:/-]+(?:\|[\w .:/-]+)+)\)(?:[\s:*]|$)/.exec(words);
  const isExpression =
    /^\^|\$$|\.\*|[\w\s)]\.\+|\\[sdwb](?:[+*{]|$)|\(\?[:=!i]|\[[^\]]+\][+*]/.test(
      // Every ending of a file's name: `site/next.config.*`.
      words.replaceAll(/[\w-]+[/.][\w./-]*\w\.\*(?=\s|$)/g, ""),
    );
  if (choice !== null && !isExpression) {
    const parts = (choice[2] ?? "").split("|");
    return alternation(parts.map((part) => `\`${tool}(${choice[1]}${part}:*)\``));
  }
  if (isExpression) {
    return {
      id: "rule/regular-expression",
      message: "rules are no regular expressions: this one matches its own text only",
      fix: "write the command and `:*`, or use `*` for any text",
    };
  }
  return undefined;
}

/** Measured: a rule that is a whole line lets that line run, whatever is in it, and none of its commands alone. */
function wholeLineRemark(tool: string, line: string): CheckRemark | undefined {
  const { commands } = readCommand(line, { home: "/", cwd: "/" });
  if (commands.length < 2) return undefined;
  return {
    id: "rule/compound",
    severity: "warning",
    message: "this allows the line as it stands, and none of its commands alone",
    fix: `write a rule for each command, such as \`${tool}(${commands[0]?.text ?? line})\``,
  };
}

const SEPARATORS = /(?:\s(?:\|\|?|&&|;|\|&)(?:\s|$))|;\s|\n/;

/** Denies that hold the form that was written and not what was meant. */
function gapRemarks(tool: string, pattern: string, list: string): readonly CheckRemark[] {
  const isPrefix = /(?::\*| \*)$/.test(pattern);
  const words = pattern.replace(/(?::\*| \*)$/, "");
  const option = /\s(-{1,2}[A-Za-z][\w-]*)/.exec(words)?.[1];
  const program = words.split(" ")[0] ?? words;
  if (SEPARATORS.test(words) && pattern.includes("*")) {
    return [
      {
        id: "rule/compound-line",
        message:
          "this holds a line that looks like it: one more word behind the bar, another shell or a file between, and it passes",
        fix: "let sallyport judge where data goes, or ask about each command",
      },
    ];
  }
  const isExact = !isPrefix && !words.includes("*") && words.includes(" ");
  // WHY: a word more is a line that no allow rule opens, so it is asked about all the same.
  if (isExact && list === "ask") return [];
  if (isExact) {
    return [
      {
        id: "rule/exact-deny",
        message: "this holds one exact text: a word more and it does not match",
        // Measured: with `:*` behind it a line of several commands is held by nothing.
        fix: SEPARATORS.test(words)
          ? "write a rule for each command, or let sallyport judge what the line does"
          : `write \`${tool}(${words}:*)\``,
      },
    ];
  }
  if (option !== undefined && !words.includes("*")) {
    return [
      {
        id: "rule/option-order",
        message: `\`${option}\` at another place, in another form or beside other options is not held`,
        fix: `write \`${tool}(${program}:*)\` as a question, or let sallyport judge what the command does`,
      },
    ];
  }
  if (SUB_COMMANDS.test(words)) {
    return [
      {
        id: "rule/option-order",
        severity: "note",
        message: `options between \`${program}\` and what follows it are not held, such as \`${program} --some-option ...\``,
        fix: `write \`${tool}(${program}:*)\` as a question, or let sallyport judge what the command does`,
      },
    ];
  }
  return [
    {
      id: "rule/by-name",
      message: `what \`${words}\` does is done by other programs too, by a script and by \`bash -c\``,
      fix: "hold the place or the host by the sandbox, or let sallyport judge what a command does",
    },
  ];
}

/** Programs that take options before their sub-command. */
const SUB_COMMANDS =
  /^(?:git|kubectl|terraform|npm|pnpm|yarn|pip3?|poetry|docker|podman|helm|gh|aws|gcloud|az|cargo|systemctl) [\w-]+/;
