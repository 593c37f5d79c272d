// stub
export async function explainLast(
  _asked: { directory: string; count: number; json: boolean },
  _colour: boolean,
): Promise<string> {
  return "";
}
