// What a program prints, to the client and to standard error, with everything that is known of its names put in.
import { callsIn, type Program } from "./program-calls.ts";
import { saidAt } from "./program-ends.ts";
import { withArguments } from "./program-values.ts";
import type { Printed } from "./reading.ts";

/** Everything that is printed. */
export function printedIn(program: Program): readonly Printed[] {
  return [
    ...program.forms.prints.flatMap((one) =>
      callsIn(program, one).flatMap(({ at, name, inside }) => {
        const given = one.isWhole === true ? name : inside.trimStart();
        if (one.first?.test(given) === false) return [];
        const rest =
          one.first === undefined ? given : given.replace(one.first, "").replace(/^\s*,\s*/, "");
        return printedAt(program, { at, name, to: one.to, given: rest });
      }),
    ),
    ...saidAtEnd(program),
  ];
}

type Print = {
  readonly at: number;
  readonly name: string;
  readonly to: 1 | 2;
  readonly given: string;
};

function printedAt(program: Program, { at, name, to, given }: Print): readonly Printed[] {
  const { values, forms, blocksAt } = program;
  const body = forms.capitals.reduce(
    (made, word) =>
      made.replaceAll(
        new RegExp(`\\b${word}\\b`, "g"),
        `${word[0]?.toLowerCase()}${word.slice(1)}`,
      ),
    values.resolve(given),
  );
  const isBuilt = forms.builds.test(`${name}(${body}`);
  const isPasted = !isBuilt && forms.pastes.test(body);
  const made = (place: number, said: string): Printed => ({
    ...{ at: place, order: place, branches: blocksAt(place), isBuilt },
    text: `${isBuilt ? "{" : ""}${said.replaceAll("'", '"')}${isPasted ? "\u0002" : ""}`,
    to: forms.toError.test(given) ? 2 : to,
    subjects: isPasted ? ["other"] : [],
  });
  // What a function prints of its parameters is told by its calls.
  const own = values.functions.find(
    ({ from, to: end, parameters, gives }) =>
      at >= from && at < end && parameters.length > 0 && gives === undefined,
  );
  const calls = own === undefined ? [] : values.callsOf(own);
  return own === undefined || calls.length === 0
    ? [made(at, body)]
    : calls.map((call) =>
        made(call.at, values.resolve(withArguments(body, own.parameters, call.args))),
      );
}

/** Words with which a program ends: they go to standard error. */
function saidAtEnd(program: Program): readonly Printed[] {
  if (program.forms.textStatus === undefined) return [];
  return program.forms.exits.flatMap((calls) =>
    callsIn(program, calls).flatMap(({ at, inside }) =>
      /^\s*f?["']/.test(inside) ? [saidAt(program, at, inside)] : [],
    ),
  );
}
