// JSON as editors take it, with comments and commas at the end, as a tree with places; undefined where it is neither.
import { Failure } from "#base/failure.ts";
import { type JsonNode, parseJsonText } from "#govern/settings/json-text.ts";

/**
 * The tree of a JSON text, every place where it stands in `text`. A byte order mark, comments and commas before a closing
 * bracket are passed over, as the tools do that read `devcontainer.json` and `tasks.json`.
 */
export function readJsonc(text: string, file: string): JsonNode | undefined {
  try {
    return parseJsonText(withoutCommas(withoutComments(text.replace(/^\uFEFF/, " "))), file);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

function withoutComments(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('"') ? token : blank(token)));
}

/** WHY quoted texts are matched too: a comma in one is not one before a bracket. */
function withoutCommas(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])/g, (token) =>
    token === "," ? " " : token,
  );
}

function blank(token: string): string {
  return token.replace(/[^\n]/g, " ");
}
