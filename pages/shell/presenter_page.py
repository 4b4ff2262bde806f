"""The page of the presenter: a playlist of links."""

from pages.shell import presenter

presenter.main()
