// `[[ ... ]]`: what its operands expand to, and what runs in them.
import { arithmeticOf, inspectSubscripts } from "../expansion/arithmetic.ts";
import { looseElements } from "../values/arrays.ts";
import { holdsSubscriptCode } from "./builtin-names.ts";
import { runSubstitutions } from "../values/embedded-code.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import type { TestExpression } from "../syntax/syntax.ts";
import { hole, sourcesOf, type TextSet } from "../values/text.ts";
import { expandToPattern, expandToText } from "../expansion/word-texts.ts";

/** `[[ x =~ y ]]` leaves pieces of x behind. */
function matchedGroups(
  { operator }: Extract<TestExpression, { type: "TestBinary" }>,
  left: TextSet,
  scope: Scope,
  shell: Shell,
): void {
  if (operator !== "=~") return;
  const pieces: TextSet = [[hole("unmodelled", { splits: false, sources: sourcesOf(left) })]];
  for (const name of ["BASH_REMATCH", "match", "mbegin", "mend"])
    scope.setElements(name, looseElements(left));
  if (shell.dialects.includes("zsh")) scope.set("MATCH", pieces);
}

export function runTest(expression: TestExpression, scope: Scope, io: Io, shell: Shell): void {
  if (!shell.host.spend()) return;
  switch (expression.type) {
    case "TestUnary": {
      const operand = expandToText(expression.operand, scope, io, shell);
      if (!/^-[vR]$/.test(expression.operator)) return;
      if (operand.some(holdsSubscriptCode)) {
        shell.host.unknown(
          "dynamic-code",
          "a subscript that may run a command",
          callSiteOf(scope, io),
        );
        for (const text of operand) runSubstitutions(text, scope, io, shell);
      } else inspectSubscripts(operand, scope, io, shell);
      return;
    }
    case "TestBinary": {
      const left = expandToText(expression.left, scope, io, shell);
      matchedGroups(expression, left, scope, shell);
      const isNumeric = /^-(eq|ne|lt|le|gt|ge)$/.test(expression.operator);
      if (!isNumeric) expandToPattern(expression.right, scope, io, shell);
      else {
        const right = expandToText(expression.right, scope, io, shell);
        // These evaluate both sides as arithmetic, which may run a substitution held in a variable.
        for (const texts of [left, right]) {
          if (texts.some((text) => sourcesOf([text]).length > 0 || holdsSubscriptCode(text))) {
            shell.host.unknown(
              "dynamic-code",
              "arithmetic over text that was read",
              callSiteOf(scope, io),
            );
            for (const text of texts) runSubstitutions(text, scope, io, shell);
          } else for (const text of texts) arithmeticOf(text, scope, io, shell);
        }
      }
      return;
    }
    case "TestLogical":
      for (const operand of expression.operands) runTest(operand, scope, io, shell);
      return;
    case "TestNot":
      runTest(expression.operand, scope, io, shell);
      return;
    case "TestGroup":
      runTest(expression.expression, scope, io, shell);
      return;
    default:
      expression satisfies never;
  }
}
