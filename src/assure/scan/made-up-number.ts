// What says of a number of a person or a telephone that somebody made it up: the line that it stands in, and its digits.

/** Lines of code that are for readers alone. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#|;|--(?!\w)|<!--|>>>)/;

/** Whether what stands before a value begins a comment of code. */
export function isInComment(before: string): boolean {
  return COMMENT.test(before);
}

/** The most digits in a row of which each is one more than the last, or each one less: what people type without a number in mind. */
export function longestRow(digits: string): number {
  let longest = Math.min(1, digits.length);
  let length = 1;
  let direction = 0;
  for (let at = 1; at < digits.length; at += 1) {
    const step = digits.charCodeAt(at) - digits.charCodeAt(at - 1);
    const isStep = Math.abs(step) === 1;
    length = !isStep ? 1 : step === direction ? length + 1 : 2;
    direction = isStep ? step : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}
