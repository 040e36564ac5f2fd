#!/usr/bin/env bash
# echarts 6.1.0: axisLabel.alignMinLabel: 'left', meant to keep the first label inside of the picture, removes it as soon as
# hideOverlap is set and not all labels fit: moved to the right it touches its neighbour, and of the two it is the first that
# goes, so that a line over time no longer says when it begins. With showMinLabel: true the neighbour goes instead.
# Seen: "overlap: w00 w07 w14 w21 w28 w35, left: w07 w14 w21 w28 w35, left and shown: w00 w14 w21 w28 w35".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund echarts@6.1.0 > /dev/null
cat > run.mjs <<'JS'
import * as echarts from 'echarts';

const data = Array.from({ length: 40 }, (_, index) => `w${String(index).padStart(2, '0')}`);

function drawn(name, axisLabel) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 220, height: 150 });
  chart.setOption({
    animation: false,
    grid: { left: 4, right: 12, containLabel: true },
    xAxis: { type: 'category', data, boundaryGap: false, axisLabel: { hideOverlap: true, ...axisLabel } },
    yAxis: {},
    series: [{ type: 'line', data: data.map((_, index) => index) }],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${name}: ${data.filter((label) => svg.includes(`>${label}<`)).join(' ')}`;
}
console.log([drawn('overlap', {}), drawn('left', { alignMinLabel: 'left' }), drawn('left and shown', { alignMinLabel: 'left', showMinLabel: true })].join(', '));
JS
seen=$(node run.mjs)
echo "$seen"
[[ $seen == 'overlap: w00 w07 w14 w21 w28 w35, left: w07 w14 w21 w28 w35, left and shown: w00 w14 w21 w28 w35' ]]
