package ui

import tea "charm.land/bubbletea/v2"

// wheel scrolls the guide or the customer's pane.
func (c *call) wheel(msg tea.MouseWheelMsg) {
	by := 1
	if msg.Button == tea.MouseWheelUp {
		by = -1
	}
	if c.sheet == nil {
		return
	}
	if a := c.areas(); a.panes > 1 && msg.X >= c.w-a.right {
		c.look.words += by
		return
	}
	c.look.guide.top += by
}

// click on the names of the parts, where there is room for one, shows that
// part. Nothing is chosen by a click: a call must not end by a slip.
func (c *call) click(msg tea.MouseClickMsg) {
	if c.sheet == nil || c.focus != fieldHome || c.areas().panes > 1 || msg.Y != len(c.bannerLines())+1+callWords {
		return
	}
	for i, x := 0, 0; i < int(callTabs); i++ {
		x += cells(c.tabName(callTab(i))) + 2
		if msg.X < x {
			c.look.tab = callTab(i)
			return
		}
	}
}
