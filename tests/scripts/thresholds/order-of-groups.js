// description: thresholds on groups stand in the order of their whole names, the brace included
// stdout matches: (?s)\{group:::shop::cart\}.*\{group:::shop\}.*\{group:::visit\}
import { group } from 'k6';
export const options = {
  thresholds: {
    'group_duration{group:::visit}': ['max>=0'],
    'group_duration{group:::shop}': ['max>=0'],
    'group_duration{group:::shop::cart}': ['max>=0'],
  },
};
export default function () {
  group('shop', () => group('cart', () => {}));
  group('visit', () => {});
}
