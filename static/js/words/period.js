// English of the choice of a period.
export default {
  '期間': 'Period',
  '今日': 'Today',
  '昨日': 'Yesterday',
  '7日間': '7 days',
  '30日間': '30 days',
  'すべて': 'All',
  '期間を指定': 'From … to …',
  '開始日': 'From',
  '終了日': 'To',
};
