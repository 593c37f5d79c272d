// Numbers of payment cards: who issues them, whether they add up, and which of them vendors print for tests.
import { isOneCharacter, passesLuhn } from "./check-digits.ts";

type Range = { readonly from: number; readonly to: number; readonly lengths: readonly number[] };

/**
 * First digits and lengths by network, from the networks' public rules for merchants and ISO/IEC 7812: Visa 4; Mastercard
 * 51-55 and 2221-2720; American Express 34, 37; Diners Club 300-305, 3095, 36, 38-39; Discover 6011, 644-649, 65; JCB
 * 3528-3589; UnionPay 62, 81; Maestro 5018, 5020, 5038, 5893, 6304, 6759, 6761-6763; Mir 2200-2204; RuPay 60, 82, 508;
 * UATP 1 is left out: a digit alone says too little. `from` and `to` are the first four digits.
 */
const RANGES: readonly Range[] = [
  { from: 4000, to: 4999, lengths: [13, 16, 19] },
  { from: 5100, to: 5599, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 3400, to: 3499, lengths: [15] },
  { from: 3700, to: 3799, lengths: [15] },
  { from: 3000, to: 3059, lengths: [14, 16] },
  { from: 3095, to: 3095, lengths: [14, 16] },
  { from: 3600, to: 3699, lengths: [14, 16] },
  { from: 3800, to: 3999, lengths: [14, 16] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 6440, to: 6599, lengths: [16, 19] },
  { from: 3528, to: 3589, lengths: [16, 19] },
  { from: 6200, to: 6299, lengths: [16, 17, 18, 19] },
  { from: 8100, to: 8199, lengths: [16, 17, 18, 19] },
  { from: 5018, to: 5018, lengths: [16] },
  { from: 5020, to: 5020, lengths: [16] },
  { from: 5038, to: 5038, lengths: [16] },
  { from: 5893, to: 5893, lengths: [16] },
  { from: 6304, to: 6304, lengths: [16] },
  { from: 6759, to: 6763, lengths: [16, 18, 19] },
  { from: 2200, to: 2204, lengths: [16, 19] },
  { from: 6000, to: 6099, lengths: [16] },
  { from: 8200, to: 8299, lengths: [16] },
  { from: 5080, to: 5089, lengths: [16] },
];

/** Whether 12 to 19 digits are the number of a card that some network could have issued. */
export function isPaymentCard(digits: string): boolean {
  const first = Number(digits.slice(0, 4));
  return (
    RANGES.some(
      ({ from, to, lengths }) => first >= from && first <= to && lengths.includes(digits.length),
    ) && passesLuhn(digits)
  );
}

/**
 * Numbers that processors publish for trying their interfaces ("testing" pages of Stripe, Adyen, PayPal, Braintree and
 * Worldpay); nobody pays with them.
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
