/** A coupon or campaign as codes are compared: trimmed and without case (metrics specification, "Coupons and campaigns"). */
export function codeOf(text: string): string {
  return text.trim().toLowerCase();
}
