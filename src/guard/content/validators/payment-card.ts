// Numbers of payment cards: who issues them, whether they add up, and which of them vendors print for tests.
import { isOneCharacter, passesLuhn } from "./check-digits.ts";

/**
 * How sure the first digits are: `usual` has the length that nearly all cards of the network have, so that digits alone say
 * something; `rare` is a network or a length that a word beside it or groups of digits have to tell from any number.
 */
export type CardForm = "usual" | "rare";

/** First and last number of a range, by as many digits as are published, then the usual lengths and the rare ones. */
type Range = readonly [
  from: string,
  to: string,
  usual: readonly number[],
  rare?: readonly number[],
];

const LONG = [17, 18, 19] as const;
const MAESTRO = [12, 13, 14, 15, 17, 18, 19] as const;

/**
 * By network, from tables of payment processors and public lists of issuer ranges, and ISO/IEC 7812-1 (numbers of 12 to 19 digits). The first
 * range that a number lies in tells its lengths, so a range inside of another one stands before it. What Mastercard holds beside its
 * own ranges (50, 56 to 58, and 6 where no other network has it) is Maestro's.
 */
const RANGES: readonly Range[] = [
  // Visa; Switch and Dankort share numbers with it.
  ["4903", "4903", [16], [18, 19]],
  ["4905", "4905", [16], [18, 19]],
  ["4911", "4911", [16], [13, 18, 19]],
  ["4936", "4936", [16], [18, 19]],
  ["4", "4", [16], [13, 18, 19]],
  ["51", "55", [16]],
  ["2221", "2720", [16]],
  // American Express.
  ["34", "34", [15]],
  ["37", "37", [15]],
  // Diners Club International, and Carte Blanche.
  ["300", "305", [], [14, 15, 16, 17, 18, 19]],
  ["3095", "3095", [], [14, 15, 16, 17, 18, 19]],
  ["36", "36", [], [14, 15, 16, 17, 18, 19]],
  ["38", "39", [], [14, 15, 16, 17, 18, 19]],
  // China T-Union.
  ["31", "31", [], [19]],
  // JCB; 2131 and 1800 are those of fifteen digits.
  ["3528", "3589", [16], LONG],
  ["2131", "2131", [], [15]],
  ["1800", "1800", [], [15]],
  // Discover, and RuPay and Troy within its range.
  ["6011", "6011", [16], LONG],
  ["644", "659", [16], LONG],
  // China UnionPay.
  ["62", "62", [16], LONG],
  ["81", "81", [16], LONG],
  // Mir; Belkart and others of the same table stand behind it.
  ["2200", "2204", [16], LONG],
  ["2205", "2205", [], [16]],
  // Verve and Elo.
  ["506099", "506198", [16], [18, 19]],
  ["507865", "507964", [16], [18, 19]],
  ["506699", "506778", [16]],
  ["509000", "509999", [16]],
  // RuPay, Hipercard, UkrCard.
  ["508", "508", [16], MAESTRO],
  ["606282", "606282", [16], [13, 19]],
  ["60400100", "60420099", [], [16, 17, 18, 19]],
  ["60", "60", [16], MAESTRO],
  ["82", "82", [16]],
  // Maestro: the ranges in use, then what is left of Mastercard's.
  ["5018", "5018", [16], MAESTRO],
  ["5020", "5020", [16], MAESTRO],
  ["5038", "5038", [16], MAESTRO],
  ["5893", "5893", [16], MAESTRO],
  ["6304", "6304", [16], MAESTRO],
  ["6759", "6763", [16], MAESTRO],
  // InterPayment, InstaPayment, Hiper.
  ["636", "639", [], [16, 17, 18, 19]],
  ["50", "50", [], [16, ...MAESTRO]],
  // Uzcard's second range is within Maestro's.
  ["56", "58", [], [16, ...MAESTRO]],
  ["6", "6", [], [16, ...MAESTRO]],
  // Uzcard, Humo, Napas, Troy.
  ["8600", "8600", [], [16]],
  ["9860", "9860", [], [16]],
  ["9704", "9704", [], [16, 19]],
  ["9792", "9792", [], [16]],
  // Universal Air Travel Plan.
  ["1", "1", [], [15]],
];

/** How a number of a card that some network could have issued is written; undefined for what is none, or does not add up. */
export function cardForm(digits: string): CardForm | undefined {
  const range = RANGES.find(([from, to]) => {
    const first = digits.slice(0, from.length);
    return first >= from && first <= to;
  });
  if (range === undefined) return undefined;
  const [, , usual, rare = []] = range;
  const form = usual.includes(digits.length)
    ? "usual"
    : rare.includes(digits.length)
      ? "rare"
      : undefined;
  return form !== undefined && passesLuhn(digits) ? form : undefined;
}

/** Whether 12 to 19 digits are the number of a card that some network could have issued. */
export function isPaymentCard(digits: string): boolean {
  return cardForm(digits) !== undefined;
}

/**
 * Numbers that processors publish for trying their interfaces ("testing" pages of Stripe, Adyen, PayPal, Braintree,
 * Worldpay, Flutterwave, Paystack, Razorpay, Mercado Pago and Checkout.com); nobody pays with them.
 */
const TEST_NUMBERS: ReadonlySet<string> = new Set([
  ...[
    "4242424242424242",
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4222222222222220",
  ],
  ...[
    "4000056655665556",
    "4005519200000004",
    "4009348888881881",
    "4012000033330026",
    "4012000077777777",
  ],
  ...[
    "4217651111111119",
    "4500600000000061",
    "4444333322221111",
    "4911830000000",
    "4917610000000000",
  ],
  ...[
    "4166676667666746",
    "4646464646464644",
    "4988438843884305",
    "4917484589897107",
    "4001919257537193",
  ],
  ...[
    "4007702835532454",
    "4462030000000000",
    "4917610000000000003",
    "4484070000000000",
    "4988080000000000",
  ],
  ...[
    "5555555555554444",
    "5105105105105100",
    "5200828282828210",
    "5454545454545454",
    "5555444433331111",
  ],
  ...[
    "5555341244441115",
    "5577000055770004",
    "5424000000000015",
    "5136333333333335",
    "5585558555855583",
  ],
  ...[
    "5555555555555557",
    "5019717010103742",
    "5610591081018250",
    "5431111111111111",
    "5500000000000004",
  ],
  ...[
    "2223003122003222",
    "2222400010000008",
    "2222400030000004",
    "2222410740360010",
    "2222420000001113",
  ],
  ...[
    "2223000048410010",
    "2223520443560010",
    "2223000048400011",
    "2223016768739313",
    "2222990905257051",
  ],
  ...[
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "370000000000002",
    "343434343434343",
  ],
  ...[
    "374251018720018",
    "374111111111111",
    "340000000000009",
    "341111111111111",
    "371144371144376",
  ],
  ...["30569309025904", "38520000023237", "36006666333344", "36227206271667", "36259600000004"],
  ...["36700102000000", "36148900647913", "30000000000004", "3056930009020004", "36438936438936"],
  ...[
    "6011111111111117",
    "6011000990139424",
    "6011000991300009",
    "6011601160116611",
    "6011000000000004",
  ],
  ...[
    "6445644564456445",
    "6510000000000000",
    "6011000995500000",
    "6011981111111113",
    "6011500080009080",
  ],
  ...[
    "3566002020360505",
    "3530111333300000",
    "3569990010095841",
    "3528000700000000",
    "3569990000000009",
  ],
  ...[
    "6200000000000005",
    "6205500000000000004",
    "6243030000000001",
    "6212345678901265",
    "6212345678901232",
  ],
  ...[
    "6304000000000000",
    "6331101999990016",
    "6759649826438453",
    "6771798021000008",
    "6799990100000000019",
  ],
  ...[
    "6062826786276634",
    "6271136264806203568",
    "6250941006528599",
    "8171999927660000",
    "6761000000000006",
  ],
  ...["5438898014560229", "5531886652142950", "5840406187553286", "5399838383838381"],
  ...["4187427415564246", "5061460410120223210", "5590131743294314", "4084084084084081"],
  ...["5060666666666666666", "507850785078507812", "5267318187975449", "4386289407660153"],
  ...["5104015555555558", "5104060000000008", "4543474002249996", "5436031030606378"],
  ...["4658584090000001", "4509953566233704", "5031755734530604", "4235647728025682"],
  ...["5031433215406351"],
]);
/** Different digits up to which a number is one that somebody typed to fill a field, as in `4000 0000 0000 0002`. */
const FILLED_DISTINCT_MAX = 3;
const ZEROS_MIN = 7;

/** Whether a number that adds up is one of those for tests: published as such, or filled with few digits. */
export function isTestCard(digits: string): boolean {
  return (
    TEST_NUMBERS.has(digits) ||
    new Set(digits).size <= FILLED_DISTINCT_MAX ||
    digits.includes("0".repeat(ZEROS_MIN)) ||
    isOneCharacter(digits.slice(4, -1)) ||
    digits.includes("123456789")
  );
}
