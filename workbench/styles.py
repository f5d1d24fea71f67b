"""The look of every standard control, derived from the theme's tokens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from widgets import theme
from widgets.theme import PAD, RADIUS, Tokens

PICTURES = Path(theme.__file__).parent / "pictures"
FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "Cantarell")


def apply(app: QApplication, tokens: Tokens) -> None:
    """Give the application the colours of a scheme.

    Args:
        app: The application.
        tokens: The scheme.
    """
    app.setPalette(palette(tokens))
    sheet = stylesheet(tokens)
    if sheet != app.styleSheet():  # which takes a second where there are many widgets
        app.setStyleSheet(sheet)
    theme.use(tokens)


def apply_font(app: QApplication) -> None:
    """Use the first of the preferred fonts that this system has, else its own."""
    have = set(QFontDatabase.families())
    family = next((name for name in FAMILIES if name in have), None)
    font = QFont(family) if family else app.font()
    font.setPointSizeF(theme.FONT_BODY)
    app.setFont(font)


def palette(tokens: Tokens) -> QPalette:
    """Return the palette that styles without a sheet (and native parts) use."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "surface",
        role.AlternateBase: "window",
        role.Text: "text",
        role.PlaceholderText: "muted",
        role.Button: "raised",
        role.ButtonText: "text",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
        role.Highlight: "selected",
        role.HighlightedText: "text",
        role.Link: "accent",
        role.Accent: "accent",
        role.Mid: "border",
        role.Light: "raised",
        role.Dark: "border_strong",
    }
    for which, name in pairs.items():
        made.setColor(which, tokens.color(name))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, tokens.color("border_strong"))
    return made


def stylesheet(tokens: Tokens) -> str:
    """Return the style sheet of a scheme."""
    t = tokens
    pictures = PICTURES.as_posix()
    return f"""
* {{ outline: none; }}
QWidget {{ color: {t.text}; }}
QMainWindow, QDialog {{ background: {t.window}; }}
QMainWindow::separator {{ background: {t.window}; width: 6px; height: 6px; }}
QMainWindow::separator:hover {{ background: {t.selected}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; padding: 5px 7px; }}

QMenuBar {{ background: {t.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: {RADIUS}px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.border}; padding: 5px; }}
QMenu::item {{ padding: 6px 28px 6px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.selected}; }}
QMenu::item:disabled {{ color: {t.border_strong}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}

QToolBar {{ background: {t.window}; border: none; padding: 4px {PAD}px; spacing: 4px; }}
QToolBar::separator {{ background: {t.border}; width: 1px; margin: 6px 6px; }}
QToolBar QLabel {{ color: {t.muted}; padding: 0 4px; }}
QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS}px; padding: 5px 8px; background: transparent; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {t.selected}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QToolButton:disabled {{ color: {t.border_strong}; }}
QToolButton[flat="true"] {{ padding: 3px; }}
QToolButton[flat="true"]:checked {{ background: transparent; }}
QToolButton[flat="true"]:checked:hover {{ background: {t.hover}; }}
QToolButton[legend="true"] {{ padding: 1px 6px; border-radius: 4px; background: transparent; color: {t.border_strong}; font-size: 9pt; }}
QToolButton[legend="true"]:checked {{ background: transparent; color: {t.text}; }}
QToolButton[legend="true"]:hover {{ background: {t.hover}; }}
QToolButton[primary="true"], QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent}; font-weight: 600; border: 1px solid {t.accent}; padding: 5px 14px; }}
QToolButton[primary="true"]:hover, QPushButton[primary="true"]:hover, QPushButton[primary="true"]:pressed {{ background: {t.accent}; border-color: {t.text}; }}
QToolButton[primary="true"]:disabled, QPushButton[primary="true"]:disabled {{ background: {t.hover}; color: {t.border_strong}; border-color: {t.border}; }}

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ background: {t.raised}; border: 1px solid {t.border_strong}; border-radius: {RADIUS}px; padding: 5px 14px; min-height: 18px; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.selected}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled {{ color: {t.border_strong}; border-color: {t.border}; }}
QPushButton:flat {{ border-color: transparent; background: transparent; }}

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QAbstractSpinBox, QComboBox {{
  background: {t.surface}; border: 1px solid {t.border_strong}; border-radius: {RADIUS}px; padding: 4px 8px;
  min-height: 18px; selection-background-color: {t.selected}; selection-color: {t.text}; }}
QPlainTextEdit[readOnly="true"] {{ background: transparent; border: none; padding: 0; }}
QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 1px solid {t.accent}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {t.border_strong}; border-color: {t.border}; background: {t.window}; }}
QLineEdit:disabled {{ placeholder-text-color: {t.muted}; }}
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"], QComboBox[wrong="true"] {{ border: 1px solid {t.bad}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({pictures}/down-{t.name}.svg); width: 16px; height: 16px; }}
QAbstractSpinBox {{ padding-right: 20px; }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0 0 0 4px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent; width: 18px; }}
QAbstractSpinBox::up-arrow {{ image: url({pictures}/up-{t.name}.svg); width: 12px; height: 12px; }}
QAbstractSpinBox::down-arrow {{ image: url({pictures}/down-{t.name}.svg); width: 12px; height: 12px; }}
QCheckBox::indicator, QTreeView::indicator, QListView::indicator, QTableView::indicator, QMenu::indicator {{
  width: 14px; height: 14px; border: 1px solid {t.border_strong}; border-radius: 3px; background: {t.surface}; }}
QMenu::indicator {{ margin-left: 6px; }}
QMenu::indicator:exclusive {{ border-radius: 8px; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked, QTableView::indicator:checked, QMenu::indicator:checked {{
  background: {t.accent}; border-color: {t.accent}; image: url({pictures}/check-{t.name}.svg); }}
QMenu::indicator:exclusive:checked {{ image: url({pictures}/bullet-{t.name}.svg); }}
QCheckBox::indicator:indeterminate {{ background: {t.accent}; border-color: {t.accent}; image: url({pictures}/mixed-{t.name}.svg); }}
QCheckBox::indicator:disabled {{ border-color: {t.border}; background: {t.window}; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.border}; padding: 4px; selection-background-color: {t.selected}; selection-color: {t.text}; }}
QCheckBox, QRadioButton {{ spacing: 7px; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.border}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {t.accent}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {t.accent}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {t.text}; }}

QTabWidget::pane {{ border: none; background: {t.surface}; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 7px 14px; border: none; border-bottom: 2px solid transparent; }}
QTabWidget#projectTabs > QTabBar::tab {{ padding: 7px 9px; }}
QTabWidget#projectTabs > QTabBar[room="little"]::tab {{ padding: 7px 4px; }}
QTabWidget#projectTabs > QTabBar[room="none"]::tab {{ padding: 7px 1px; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; background: {t.hover}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QTabBar::tear {{ width: 0px; }}
QTabBar::scroller {{ width: 36px; }}
QTabBar QToolButton {{ padding: 0px; border-radius: 0px; background: {t.window}; }}
QTabBar#albumTabs QToolButton {{ background: {t.surface}; }}
QTabBar QToolButton:hover {{ background: {t.hover}; }}
QTabBar QToolButton::left-arrow {{ image: url({pictures}/left-{t.name}.svg); width: 16px; height: 16px; }}
QTabBar QToolButton::right-arrow {{ image: url({pictures}/right-{t.name}.svg); width: 16px; height: 16px; }}
QDockWidget {{ color: {t.muted}; titlebar-close-icon: none; titlebar-normal-icon: url({pictures}/float-{t.name}.svg); font-weight: 600; }}
QDockWidget::title {{ background: {t.window}; padding: 7px {PAD}px 5px {PAD}px; text-align: left; }}
QDockWidget > QWidget {{ background: {t.surface}; }}

QTreeView, QTreeWidget, QTableWidget, QTableView, QListView, QListWidget {{
  background: {t.surface}; border: none; alternate-background-color: {t.window}; selection-background-color: {t.selected}; selection-color: {t.text}; }}
QTreeView::item, QListView::item {{ padding: 3px 2px; border-radius: 4px; }}
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover {{ background: {t.hover}; }}
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {{ background: {t.selected}; color: {t.text}; }}
QHeaderView {{ background: {t.surface}; }}
QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none; border-bottom: 1px solid {t.border}; padding: 5px 6px; }}
QTableCornerButton::section {{ background: {t.surface}; border: none; }}

QScrollArea, QAbstractScrollArea {{ border: none; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 1px; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 1px; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 4px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.border_strong}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {t.border}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QStatusBar {{ background: {t.window}; color: {t.muted}; border-top: 1px solid {t.border}; }}
QStatusBar QLabel {{ color: {t.muted}; padding: 3px 8px; }}
QStatusBar::item {{ border: none; }}
QProgressBar {{ background: {t.border}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; color: transparent; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}

QLabel {{ background: transparent; }}
QLabel#hint, QLabel[role="hint"] {{ color: {t.muted}; }}
QLabel#plotTitle {{ color: {t.muted}; font-weight: 600; }}
QLabel#emptyTitle {{ color: {t.text}; font-size: {theme.FONT_TITLE}pt; font-weight: 600; }}
QLabel#emptyText {{ color: {t.muted}; }}
QLabel[role="heading"] {{ font-size: {theme.FONT_TITLE}pt; font-weight: 600; }}
QLabel[role="subheading"] {{ font-weight: 600; }}
QToolButton[role="heading"] {{ font-size: {theme.FONT_TITLE}pt; font-weight: 600; padding: 4px 8px; }}
QToolButton[role="heading"]:checked {{ background: transparent; }}
QToolButton[role="heading"]:checked:hover {{ background: {t.hover}; }}
QLabel[role="display"] {{ font-size: {theme.FONT_DISPLAY}pt; font-weight: 700; }}
QLabel[role="problem"] {{ color: {t.bad}; }}
QLabel[role="caution"] {{ color: {t.warning}; }}
QLabel#doctorTitle, QLabel#doctorState {{ font-weight: 600; }}
QScrollArea#doctorScroll, QWidget#doctorPage {{ background: {t.surface}; }}
QToolButton[remedy="true"] {{ border-color: {t.border_strong}; padding: 4px 24px 4px 8px; }}
QToolButton[remedy="true"]::menu-button {{ border: none; border-left: 1px solid {t.border}; width: 18px; }}
QLabel[role="kind"] {{ color: {t.accent}; font-size: {theme.FONT_SMALL}pt; font-weight: 600; }}
QFrame[role="popup"], QFrame#quick_add {{ background: {t.raised}; border: 1px solid {t.border_strong}; border-radius: 8px; }}
QFrame[role="section"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 8px; }}
QWidget#recipePage, QScrollArea#recipeTab, QWidget#dataTab, QWidget#dataPage {{ background: {t.window}; }}
QScrollArea#inspector, QWidget#inspectorPage, QScrollArea#plotWall, QWidget#plotWallPage, QScrollArea#legendScroll, QScrollArea#legendScroll QWidget#legend {{ background: {t.surface}; }}
QWidget#insideTab, QWidget#compressTab {{ background: {t.surface}; }}
QWidget#insideSide, QWidget#compressSide {{ background: {t.window}; border-right: 1px solid {t.border}; }}
QListWidget#insideViews {{ background: {t.window}; }}
QScrollArea#insideSettings, QScrollArea#insideScroll, QScrollArea#compressSteps, QScrollArea#compressFiguresArea, QScrollArea#compressPage, QScrollArea#compressBoardArea {{ background: transparent; }}
QFrame#startSide {{ background: {t.surface}; border-right: 1px solid {t.border}; }}
QFrame#recoveryBar {{ background: {t.selected}; border-bottom: 1px solid {t.border}; }}
QScrollArea#startScroll, QWidget#startGallery {{ background: {t.window}; }}
QPushButton[segment="true"] {{ border-color: {t.border}; background: transparent; padding: 4px 12px; }}
QPushButton[segment="true"]:checked {{ background: {t.selected}; border-color: {t.accent}; }}
QPushButton[align="left"] {{ text-align: left; padding: 7px 12px; }}
QPushButton[fold="true"], QPushButton[fold="true"]:checked {{ border: 1px solid transparent; background: transparent; color: {t.accent}; padding: 1px 0; text-align: left; }}
QPushButton[fold="true"]:hover {{ text-decoration: underline; }}
QPushButton[fold="true"]:focus {{ border-bottom-color: {t.accent}; border-radius: 0; }}
QPushButton[role="card"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 8px; padding: 0; }}
QPushButton[role="card"]:hover, QPushButton[role="card"]:focus {{ border: 1px solid {t.accent}; }}
QPushButton[role="row"] {{ min-height: 48px; background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px; padding: 0; text-align: left; }}
QPushButton[role="row"]:hover {{ background: {t.hover}; }}
QPushButton[role="row"]:focus {{ border-color: {t.accent}; }}
QFrame[role="toast"] {{ background: {t.raised}; border: 1px solid {t.border_strong}; border-radius: 8px; }}
"""
