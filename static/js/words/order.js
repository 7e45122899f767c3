// English of lists whose items are chosen and put in order.
export default {
  '{name} を外しました': '{name} removed',
  '{name} を加えました': '{name} added',
  '{name} を {n} 番目にしました': '{name} is number {n} now',
  '{name} を上へ': 'Move {name} up',
  '{name} を下へ': 'Move {name} down',
  '(いつも表示)': '(always shown)',
  '表示する列': 'Columns',
  'はじめの列に戻す': 'Back to the first columns',
};
