#!/usr/bin/env bash
# Node 20.20.0 and 20.20.2, two patch releases: the digits that Intl.NumberFormat gives a currency changed, as ICU follows
# CLDR (what people pay in) and not ISO 4217 (what banks count in; HUF, COP, IDR, PKR and RSD have 2). Whoever makes minor
# units of 19.99 HUF with it stores 1999 with the one and 20 with the other, in the same database.
# Seen: "v20.20.0 HUF 2 COP 2 IDR 2 PKR 2 RSD 0" and "v20.20.2 HUF 0 COP 0 IDR 0 PKR 0 RSD 2".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > digits.mjs <<'JS'
const digits = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
console.log(`${process.version} ${['HUF', 'COP', 'IDR', 'PKR', 'RSD'].map((currency) => `${currency} ${digits(currency)}`).join(' ')}`);
JS
seen=''
for version in 20.20.0 20.20.2; do
  npm install --silent --no-audit --no-fund --prefix "$folder/$version" "node@$version" > /dev/null
  seen+="$("$folder/$version/node_modules/.bin/node" digits.mjs)"$'\n'
done
printf '%s' "$seen"
[[ $seen == $'v20.20.0 HUF 2 COP 2 IDR 2 PKR 2 RSD 0\nv20.20.2 HUF 0 COP 0 IDR 0 PKR 0 RSD 2\n' ]]
